using Broker.Host.Generate;
using Broker.Protocol;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host.Generate;

public sealed class UnservedRequestsTests
{
    /// <summary>Sent by brokers to clients, and by administrators to brokers.</summary>
    static readonly RequestCode[] BothWays = [RequestCode.GetConsumerRunningInfo, RequestCode.ConsumeMessageDirectly];

    [Fact]
    public async Task A_code_that_is_served_has_no_reason_why_it_is_not()
    {
        using var folder = new TestFolder();
        await using var broker = await TestBroker.StartAsync(folder.Path);
        var served = broker.Node.Requests.Concat(broker.Running.NameServer!.Requests).ToList();
        Assert.Superset(BothWays.ToHashSet(), served.Select(one => one.Code).ToHashSet());
        Assert.DoesNotContain(served, one => UnservedRequests.All.Any(reason => reason.Covers(one.Code)));
    }

    [Fact]
    public void Reasons_do_not_overlap()
    {
        var all = UnservedRequests.All;
        for (var i = 1; i < all.Count; i++)
            Assert.True(all[i - 1].First <= all[i - 1].Last && all[i - 1].Last < all[i].First, all[i].Codes);
    }
}
