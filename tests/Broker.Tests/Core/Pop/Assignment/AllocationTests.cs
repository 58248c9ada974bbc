using Broker.Core.Pop.Assignment;
using Broker.Protocol.Bodies;
using Xunit;

namespace Broker.Tests.Core.Pop.Assignment;

public sealed class AllocationTests
{
    static readonly MessageQueue[] Queues =
    [
        .. Enumerable.Range(0, 5).Select(id => new MessageQueue("t", id < 3 ? "a" : "b", id)),
    ];

    [Theory]
    [InlineData("AVG", 2, 0, "0 1 2")]
    [InlineData("AVG", 2, 1, "3 4")]
    [InlineData("AVG", 3, 1, "2 3")]
    [InlineData("AVG", 6, 4, "4")]
    [InlineData("AVG", 6, 5, "")]
    [InlineData("AVG", 2, -1, "")]
    [InlineData("AVG_BY_CIRCLE", 2, 1, "1 3")]
    [InlineData("AVG_BY_CIRCLE", 6, 5, "")]
    public void Queues_are_divided_as_clients_do_it(string strategy, int members, int member, string expected) =>
        Assert.Equal(expected, Show(Allocation.Of(strategy, Queues, Members(members), member)));

    [Theory]
    [InlineData(2, 0, 0, "-1 -1")] // all queues, once per broker
    [InlineData(2, 1, -1, "-1 -1")]
    [InlineData(3, 2, 1, "4 0 1")] // its own and those of the next member
    [InlineData(3, 0, 7, "0 1 2 3 4")]
    [InlineData(7, 6, 1, "1")] // more members than queues: each gets one all the same
    [InlineData(3, -1, 1, "")]
    public void Poppers_share_queues(int members, int member, int share, string expected) =>
        Assert.Equal(expected, Show(Allocation.ForPop("AVG", Queues, Members(members), member, share)));

    static string[] Members(int count) => [.. Enumerable.Range(0, count).Select(i => $"c{i}")];

    static string Show(IEnumerable<MessageQueue> queues) => string.Join(' ', queues.Select(queue => queue.QueueId));
}
