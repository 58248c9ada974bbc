using System.Buffers;
using System.Text;
using Broker.Core.Pop;
using Xunit;

namespace Broker.Tests.Core.Pop;

public sealed class PopHandleTests
{
    [Fact]
    public void A_handle_is_read_as_it_was_written()
    {
        var text = new ArrayBufferWriter<byte>();
        PopHandle.Write(text, new PopPlace(7, 1_700_000_000_000, 60_000, 3), (byte)'1', "broker-a"u8, 2, 9);
        Assert.Equal("7 1700000000000 60000 3 1 broker-a 2 9", Encoding.UTF8.GetString(text.WrittenSpan));
        Assert.True(PopHandle.TryRead(text.WrittenSpan, out var handle));
        Assert.Equal((7, 1_700_000_000_000, 60_000), (handle.StartOffset, handle.PopTime, handle.InvisibleMs));
        Assert.Equal((3, false), (handle.ReviveQueueId, handle.IsOrdered));
        Assert.True(handle.BrokerName.SequenceEqual("broker-a"u8));
    }

    [Fact]
    public void A_handle_may_name_the_position_in_the_log_too_as_the_proxy_does() =>
        Assert.True(PopHandle.TryRead("7 1 60000 999 0 broker-a 2 9 4711"u8, out var handle) && handle.IsOrdered);

    [Theory]
    [InlineData("orders", "0")]
    [InlineData("%RETRY%group_orders", "1")]
    [InlineData("%RETRY%group+orders", "2")]
    public void A_mark_tells_retry_topics_apart(string topic, string mark)
    {
        Assert.Equal(mark, $"{(char)PopTopics.MarkOf(Encoding.UTF8.GetBytes(topic))}");
        Assert.Equal("orders", PopTopics.Normal(topic, "group"));
        Assert.Equal(topic, PopTopics.Real("orders", "group", mark));
    }
}
