using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>POP consumption.</summary>
static class PopKeys
{
    public static readonly ConfigKey[] All =
    [
        Int(
            Pulling,
            "reviveQueueNum",
            AtStart,
            1,
            1_024,
            o => o.ReviveQueueNum,
            (o, v) => o.ReviveQueueNum = v,
            "Queues of the revive log; do not change it while messages are out."
        ),
        Int(
            Pulling,
            "popCkMaxBufferSize",
            Live,
            1000,
            10_000_000,
            o => o.PopCkMaxBufferSize,
            (o, v) => o.PopCkMaxBufferSize = v,
            "Pops that are not acknowledged, in memory; beyond it nothing is handed out."
        ),
        Int(
            Pulling,
            "popCkStayBufferTime",
            Live,
            100,
            600_000,
            o => o.PopCkStayBufferTimeMs,
            (o, v) => o.PopCkStayBufferTimeMs = v,
            "Milliseconds that a pop that is not acknowledged stays out of the log."
        ),
        Int(
            Pulling,
            "popCkStayBufferTimeOut",
            Live,
            100,
            600_000,
            o => o.PopCkStayBufferTimeOutMs,
            (o, v) => o.PopCkStayBufferTimeOutMs = v,
            "Milliseconds before its time is over that a pop is in the log at the latest."
        ),
        Int(
            Pulling,
            "maxPopPollingSize",
            Live,
            0,
            1_000_000,
            o => o.MaxPopPollingSize,
            (o, v) => o.MaxPopPollingSize = v,
            "Pops held at the same time; further ones are told that too many wait."
        ),
        Int(
            Pulling,
            "popFromRetryProbability",
            Live,
            0,
            100,
            o => o.PopFromRetryProbability,
            (o, v) => o.PopFromRetryProbability = v,
            "Percent of pops that look for retries first."
        ),
        Bool(
            Pulling,
            "enableRetryTopicV2",
            Live,
            o => o.EnableRetryTopicV2,
            (o, v) => o.EnableRetryTopicV2 = v,
            "Name the retry topics of POP %RETRY%group+topic. In the older form, %RETRY%group_topic, group a on "
                + "topic b_c and group a_b on topic c share one. Apache's default is false."
        ),
        Bool(
            Pulling,
            "retrieveMessageFromPopRetryTopicV1",
            Live,
            o => o.RetrieveMessageFromPopRetryTopicV1,
            (o, v) => o.RetrieveMessageFromPopRetryTopicV1 = v,
            "With the second form of names, look into topics of the first form as well."
        ),
        Bool(
            Pulling,
            "popResponseReturnActualRetryTopic",
            Live,
            o => o.PopResponseReturnActualRetryTopic,
            (o, v) => o.PopResponseReturnActualRetryTopic = v,
            "Hand retries out under the retry topic's own name."
        ),
        Words(
            Pulling,
            "defaultMessageRequestMode",
            Live,
            [("PULL", false), ("POP", true)],
            o => o.DefaultMessageRequestMode == "POP",
            (o, v) => o.DefaultMessageRequestMode = v ? "POP" : "PULL",
            "How consumers that ask the broker for queues get their messages."
        ),
        Int(
            Pulling,
            "defaultPopShareQueueNum",
            Live,
            -1,
            65_536,
            o => o.DefaultPopShareQueueNum,
            (o, v) => o.DefaultPopShareQueueNum = v,
            "Further queues that each member pops from; -1: everybody pops from all."
        ),
        Bool(
            Pulling,
            "serverLoadBalancerEnable",
            Live,
            o => o.ServerLoadBalancerEnable,
            (o, v) => o.ServerLoadBalancerEnable = v,
            "Divide queues among members that ask for them; off: every member gets all."
        ),
    ];
}
