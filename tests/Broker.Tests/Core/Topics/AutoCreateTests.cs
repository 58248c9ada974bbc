using Broker.Protocol;
using Xunit;

namespace Broker.Tests.Core.Topics;

/// <summary>How many topics clients get by sending to them.</summary>
public sealed class AutoCreateTests : BrokerTest
{
    [Fact]
    public async Task With_too_many_topics_a_send_creates_no_further_one()
    {
        (await Target.SendAsync("first", "x")).EnsureSuccess();
        await Target.ConfigureAsync($"autoCreateTopicsMax={Target.Node.Topics.Count}");
        foreach (var name in (string[])["second", "%RETRY%second"])
        {
            var refused = await Target.SendAsync(name, "x");
            Assert.Equal(ResponseCode.TopicNotExist, refused.Code);
            Assert.Contains("autoCreateTopicsMax", refused.Remark, StringComparison.Ordinal);
            Assert.False(Target.Node.Topics.TryGet(name, out _));
        }
        (await Target.SendAsync("first", "x")).EnsureSuccess();
        var created = await Target.CallAsync(
            RequestCode.UpdateAndCreateTopic,
            ("topic", "second"),
            ("readQueueNums", 1),
            ("writeQueueNums", 1),
            ("perm", 6)
        );
        created.EnsureSuccess();
        (await Target.SendAsync("second", "x")).EnsureSuccess();
    }

    [Fact]
    public async Task A_group_that_exists_gets_its_retry_topic_all_the_same()
    {
        await Target.SendAsync("orders", "x");
        await Target.PullAsync("orders", group: "readers");
        await Target.ConfigureAsync($"autoCreateTopicsMax={Target.Node.Topics.Count}");
        (await Target.SendAsync("%RETRY%readers", "x")).EnsureSuccess();
        // What pops leave for another try; the name holds a letter that no other topic may have.
        (await Target.SendAsync("%RETRY%readers+orders", "x")).EnsureSuccess();
        Assert.Equal(ResponseCode.InvalidParameter, (await Target.SendAsync("%RETRY%readers+nowhere", "x")).Code);
    }
}
