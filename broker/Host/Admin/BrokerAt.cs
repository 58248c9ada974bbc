using Broker.Protocol.Bodies;

namespace Broker.Host.Admin;

/// <summary>One broker and where it listens; <paramref name="Id"/> 0 is the master of its group.</summary>
readonly record struct BrokerAt(string Cluster, string Name, long Id, string Address)
{
    public bool IsMaster => Id == 0;

    /// <summary>All of a group, the master first.</summary>
    public static IEnumerable<BrokerAt> Of(BrokerData group) =>
        group
            .BrokerAddrs.OrderBy(one => one.Key)
            .Select(one => new BrokerAt(group.Cluster, group.BrokerName, one.Key, one.Value));
}
