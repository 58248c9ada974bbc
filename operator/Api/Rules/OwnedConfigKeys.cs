namespace Operator.Api.Rules;

/// <summary>
/// The keys of broker.conf that the operator writes from other fields, or that would break what it built.
/// </summary>
public static class OwnedConfigKeys
{
    /// <summary>Key and what to use instead, by key.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new SortedDictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["brokerClusterName"] = "it is the name of the instance",
        ["brokerName"] = "it is the name of the group",
        ["brokerId"] = "the election decides it",
        ["brokerIP1"] = "brokers advertise their Services",
        ["brokerIP2"] = "brokers advertise their Services",
        ["brokerRole"] = "the election decides it",
        ["deleteWhen"] = "use spec.brokers.retention.deleteAt",
        ["diskMaxUsedSpaceRatio"] = "use spec.brokers.retention.diskRatioLimit",
        ["electionLease"] = "the operator makes the Lease",
        ["fileReservedTime"] = "use spec.brokers.retention.time",
        ["flushDiskType"] = "use spec.brokers.flush",
        ["haListenPort"] = "Services are built for the default ports",
        ["haMasterAddress"] = "the election decides it",
        ["httpPort"] = "Services are built for the default ports",
        ["listenPort"] = "Services are built for the default ports",
        ["masterServices"] = "the operator makes the Services",
        ["maxMessageSize"] = "use spec.limits.messageBytes",
        ["namesrvAddr"] = "brokers register at the instance's name servers",
        ["podService"] = "the operator makes the Services",
        ["rocketmqHome"] = "the image decides it",
        ["storePathCommitLog"] = "messages are on the broker's volume",
        ["storePathRootDir"] = "messages are on the broker's volume",
    };
}
