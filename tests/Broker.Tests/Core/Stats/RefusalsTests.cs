using System.Diagnostics.Metrics;
using System.Net;
using Broker.Core.Stats;
using Broker.Protocol;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Core.Stats;

public sealed class RefusalsTests
{
    static readonly IPEndPoint Client = new(IPAddress.Loopback, 1234);

    readonly LogLines _lines = new();

    [Fact]
    public void Each_is_counted_and_of_a_kind_one_in_ten_seconds_is_logged()
    {
        var time = new SteppedTime();
        using var meters = new CountedMeters();
        var refusals = new Refusals(meters.Create(new MeterOptions("Broker.Core")), time, _lines);
        for (var i = 0; i < 1000; i++)
            refusals.Add("send", ResponseCode.TopicNotExist, "no such topic", Client);
        refusals.Add("send", ResponseCode.MessageIllegal, "too large", Client);
        Assert.Equal(2, _lines.All.Count);
        Assert.Contains("A send of 127.0.0.1:1234 is refused with TopicNotExist: no such topic (0 more", _lines.All[0]);
        time.Advance(TimeSpan.FromSeconds(10));
        refusals.Add("send", ResponseCode.TopicNotExist, "no such topic", Client);
        Assert.Contains("(999 more of this kind", _lines.All[^1]);
        Assert.Equal(1001, meters["rocketmq_refused_total", "topic_not_exist"]);
        Assert.Equal(1, meters["rocketmq_refused_total", "message_illegal"]);
    }
}
