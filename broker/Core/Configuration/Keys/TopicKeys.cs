using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>What appears on first use.</summary>
static class TopicKeys
{
    public static readonly ConfigKey[] All =
    [
        Bool(
            TopicsAndGroups,
            "autoCreateTopicEnable",
            Live,
            o => o.AutoCreateTopicEnable,
            (o, v) => o.AutoCreateTopicEnable = v,
            "Create a topic on the first send to it."
        ),
        Int(
            TopicsAndGroups,
            "autoCreateTopicsMax",
            Live,
            0,
            1_000_000,
            o => o.AutoCreateTopicsMax,
            (o, v) => o.AutoCreateTopicsMax = v,
            "Create no more topics on first use when the broker has so many, its own included; administrators "
                + "can. Not a key of Apache's, which has no bound."
        ),
        Int(
            TopicsAndGroups,
            "defaultTopicQueueNums",
            AtStart,
            1,
            1024,
            o => o.DefaultTopicQueueNums,
            (o, v) => o.DefaultTopicQueueNums = v,
            "Queues of a topic created on first use, at most; the client may ask for fewer."
        ),
        Bool(
            TopicsAndGroups,
            "clusterTopicEnable",
            AtStart,
            o => o.ClusterTopicEnable,
            (o, v) => o.ClusterTopicEnable = v,
            "Let clients write to a topic named as the cluster."
        ),
        Bool(
            TopicsAndGroups,
            "brokerTopicEnable",
            AtStart,
            o => o.BrokerTopicEnable,
            (o, v) => o.BrokerTopicEnable = v,
            "Let clients write to a topic named as the broker."
        ),
        Bool(
            TopicsAndGroups,
            "traceTopicEnable",
            AtStart,
            o => o.TraceTopicEnable,
            (o, v) => o.TraceTopicEnable = v,
            "Create the trace topic at start, where clients that trace messages write."
        ),
        Name(
            TopicsAndGroups,
            "msgTraceTopicName",
            AtStart,
            o => o.MsgTraceTopicName,
            (o, v) => o.MsgTraceTopicName = v,
            "Name of the trace topic."
        ),
        Bool(
            TopicsAndGroups,
            "autoCreateSubscriptionGroup",
            Live,
            o => o.AutoCreateSubscriptionGroup,
            (o, v) => o.AutoCreateSubscriptionGroup = v,
            "Create a consumer group on its first heartbeat or pull."
        ),
        Bool(
            TopicsAndGroups,
            "broadcastOrderedTopicEnable",
            Live,
            o => o.BroadcastOrderedTopicEnable,
            (o, v) => o.BroadcastOrderedTopicEnable = v,
            "Let groups in broadcast mode pull from ordered topics. Not a key of Apache's, which always lets them."
        ),
        Bool(
            TopicsAndGroups,
            "validateSystemTopicWhenUpdateTopic",
            Live,
            o => o.ValidateSystemTopicWhenUpdateTopic,
            (o, v) => o.ValidateSystemTopicWhenUpdateTopic = v,
            "Refuse to create or delete topics with a system topic's name."
        ),
    ];
}
