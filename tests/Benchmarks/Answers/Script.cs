using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Benchmarks.Answers;

/// <summary>The requests, in order: what makes the state, and then every code with its error paths.</summary>
static class Script
{
    const string Missing = "compare-missing";

    public static IReadOnlyList<Step> For(string prefix)
    {
        var topic = $"{prefix}-topic";
        var group = $"{prefix}-group";
        return
        [
            .. State(topic, group),
            .. Messages(topic, group),
            .. Offsets(topic, group),
            .. Progress(topic, group),
            .. Members(topic, group),
            .. Tables(topic, group),
            .. Resets(topic, group),
            .. Cleaning(topic),
            .. NameServer(topic),
        ];
    }

    static IEnumerable<Step> State(string topic, string group)
    {
        yield return Ask(
            "17 create",
            RequestCode.UpdateAndCreateTopic,
            ("topic", topic),
            ("defaultTopic", "TBW102"),
            ("readQueueNums", "2"),
            ("writeQueueNums", "2"),
            ("perm", "6"),
            ("topicFilterType", "SINGLE_TAG"),
            ("topicSysFlag", "0"),
            ("order", "false")
        );
        for (var number = 0; number < 3; number++)
            yield return Ask(
                $"10 send {number}",
                RequestCode.SendMessage,
                ("producerGroup", "compare"),
                ("topic", topic),
                ("defaultTopic", "TBW102"),
                ("defaultTopicQueueNums", "4"),
                ("queueId", "0"),
                ("sysFlag", "0"),
                ("bornTimestamp", "1700000000000"),
                ("flag", "7"),
                ("properties", $"TAGS\u0001a\u0002KEYS\u0001key{number}\u0002"),
                ("reconsumeTimes", "0"),
                ("unitMode", "false")
            ) with
            {
                Body = $"body {number}",
            };
        yield return Ask("34 heartbeat", RequestCode.HeartBeat) with
        {
            Body = Heartbeat(topic, group),
            Peer = Peer.Consumer,
        };
        yield return Ask(
            "15 commit",
            RequestCode.UpdateConsumerOffset,
            ("consumerGroup", group),
            ("topic", topic),
            ("queueId", "0"),
            ("commitOffset", "1")
        );
    }

    static IEnumerable<Step> Messages(string topic, string group)
    {
        foreach (var offset in (string[])["0", "3", "9", "-1"])
            yield return Ask($"11 pull at {offset}", RequestCode.PullMessage, Pull(topic, group, offset));
        yield return Ask("11 no topic", RequestCode.PullMessage, Pull(Missing, group, "0"));
        yield return Ask("12 by key", RequestCode.QueryMessage, Query(topic, "key1"));
        yield return Ask("12 none", RequestCode.QueryMessage, Query(topic, "nokey"));
        yield return Ask("33 nowhere", RequestCode.ViewMessageById, ("offset", "99999999999"));
        foreach (var index in (string[])["0", "-1"])
            yield return Ask(
                $"321 at {index}",
                RequestCode.QueryConsumeQueue,
                ("topic", topic),
                ("queueId", "0"),
                ("index", index),
                ("count", "2"),
                ("consumerGroup", group)
            );
        yield return Ask(
            "321 no queue",
            RequestCode.QueryConsumeQueue,
            ("topic", topic),
            ("queueId", "9"),
            ("index", "0"),
            ("count", "2")
        );
    }

    static IEnumerable<Step> Offsets(string topic, string group)
    {
        foreach (
            var code in (RequestCode[])
                [RequestCode.GetMaxOffset, RequestCode.GetMinOffset, RequestCode.GetEarliestMsgStoreTime]
        )
        {
            yield return Ask($"{(int)code}", code, ("topic", topic), ("queueId", "0"));
            yield return Ask($"{(int)code} empty", code, ("topic", topic), ("queueId", "1"));
        }
        foreach (var time in (string[])["0", "9999999999999"])
            yield return Ask(
                $"29 at {time}",
                RequestCode.SearchOffsetByTimestamp,
                ("topic", topic),
                ("queueId", "0"),
                ("timestamp", time)
            );
        foreach (var name in (string[])[group, Missing])
            yield return Ask(
                $"14 of {(name == group ? "the group" : "nobody")}",
                RequestCode.QueryConsumerOffset,
                ("consumerGroup", name),
                ("topic", topic),
                ("queueId", "0")
            );
        yield return Ask("308", RequestCode.QueryCorrectionOffset, ("topic", topic), ("compareGroup", group));
        yield return Ask(
            "308 no topic",
            RequestCode.QueryCorrectionOffset,
            ("topic", Missing),
            ("compareGroup", group)
        );
        yield return Ask(
            "314 clone",
            RequestCode.CloneGroupOffset,
            ("srcGroup", group),
            ("destGroup", $"{group}2"),
            ("topic", topic),
            ("offline", "false")
        );
    }

    static (string Name, string Key)[] BrokerFigures =>
        [
            ("BROKER_PUT_NUMS", "DefaultCluster"),
            ("BROKER_GET_NUMS", "DefaultCluster"),
            ("CONSUMER_REGISTER_TIME", "DefaultCluster"),
            ("CONSUMER_REGISTER_TIME", "compare-group"),
            ("CHANNEL_ACTIVITY", "CONNECT"),
            ("CHANNEL_ACTIVITY", "NONSENSE"),
        ];

    static IEnumerable<Step> Progress(string topic, string group)
    {
        yield return Ask("202", RequestCode.GetTopicStatsInfo, ("topic", topic));
        yield return Ask("202 no topic", RequestCode.GetTopicStatsInfo, ("topic", Missing));
        yield return Ask("208", RequestCode.GetConsumeStats, ("consumerGroup", group));
        yield return Ask("303", RequestCode.QueryConsumeTimeSpan, ("topic", topic), ("group", group));
        yield return Ask("303 no topic", RequestCode.QueryConsumeTimeSpan, ("topic", Missing), ("group", group));
        yield return Ask("343", RequestCode.QueryTopicsByConsumer, ("group", group));
        yield return Ask("28", RequestCode.GetBrokerRuntimeInfo);
        foreach (var name in (string[])["TOPIC_PUT_NUMS", "TOPIC_PUT_SIZE", "SNDBCK_PUT_NUMS", "NONSENSE"])
            yield return Ask(
                $"315 {name}",
                RequestCode.ViewBrokerStatsData,
                ("statsName", name),
                ("statsKey", name[0] == 'T' ? topic : $"{topic}@{group}")
            );
        foreach (var (name, key) in BrokerFigures)
            yield return Ask(
                $"315 {name} {key}",
                RequestCode.ViewBrokerStatsData,
                ("statsName", name),
                ("statsKey", key)
            );
    }

    static IEnumerable<Step> Members(string topic, string group)
    {
        foreach (var name in (string[])[group, Missing])
        {
            var whose = name == group ? "the group" : "nobody";
            yield return Ask($"38 of {whose}", RequestCode.GetConsumerListByGroup, ("consumerGroup", name));
            yield return Ask($"203 of {whose}", RequestCode.GetConsumerConnectionList, ("consumerGroup", name));
            yield return Ask(
                $"223 of {whose}",
                RequestCode.InvokeBrokerToGetConsumerStatus,
                ("topic", topic),
                ("group", name)
            );
            yield return Ask(
                $"307 of {whose}",
                RequestCode.GetConsumerRunningInfo,
                ("consumerGroup", name),
                ("clientId", "compare-client"),
                ("jstackEnable", "true")
            );
            yield return Ask(
                $"345 of {whose}",
                RequestCode.QuerySubscriptionByConsumer,
                ("group", name),
                ("topic", topic)
            );
        }
        yield return Ask("204 of nobody", RequestCode.GetProducerConnectionList, ("producerGroup", Missing));
    }

    static IEnumerable<Step> Tables(string topic, string group)
    {
        yield return Ask("351", RequestCode.GetTopicConfig, ("topic", topic));
        yield return Ask("351 no topic", RequestCode.GetTopicConfig, ("topic", Missing));
        yield return Ask("352", RequestCode.GetSubscriptionGroupConfig, ("group", group));
        yield return Ask("352 no group", RequestCode.GetSubscriptionGroupConfig, ("group", Missing));
        foreach (var readable in (string[])["false", "true"])
            yield return Ask(
                $"353 readable {readable}",
                RequestCode.UpdateAndGetGroupForbidden,
                ("group", group),
                ("topic", topic),
                ("readable", readable)
            );
        yield return Ask(
            "17 bad name",
            RequestCode.UpdateAndCreateTopic,
            ("topic", "a b"),
            ("topicFilterType", "SINGLE_TAG")
        );
        yield return Ask("305", RequestCode.GetSystemTopicListFromBroker);
        yield return Ask("907", RequestCode.GetBrokerHaStatus);
        yield return Ask("906", RequestCode.ExchangeBrokerHaInfo);
        yield return Ask("47 unknown", (RequestCode)47);
    }

    static IEnumerable<Step> Resets(string topic, string group)
    {
        (string, string)[] all = [("topic", topic), ("group", group), ("timestamp", "0"), ("isForce", "true")];
        yield return Ask("222 all queues", RequestCode.InvokeBrokerToResetOffset, all);
        yield return Ask("15 after 222", RequestCode.UpdateConsumerOffset, Commit(topic, group));
        yield return Ask("11 after 222", RequestCode.PullMessage, Pull(topic, group, "0"));
        (string, string)[] one = [.. all, ("queueId", "0")];
        yield return Ask("222 one offset", RequestCode.InvokeBrokerToResetOffset, [.. one, ("offset", "2")]);
        yield return Ask("222 beyond", RequestCode.InvokeBrokerToResetOffset, [.. one, ("offset", "20")]);
        yield return Ask(
            "222 no topic",
            RequestCode.InvokeBrokerToResetOffset,
            [("topic", Missing), ("group", group), ("timestamp", "0"), ("isForce", "true")]
        );
        yield return Ask(
            "222 no group",
            RequestCode.InvokeBrokerToResetOffset,
            [("topic", topic), ("group", Missing), ("timestamp", "0"), ("isForce", "true")]
        );
    }

    static IEnumerable<Step> Cleaning(string topic)
    {
        yield return Ask("306", RequestCode.CleanExpiredConsumeQueue);
        yield return Ask("329", RequestCode.DeleteExpiredCommitLog);
        yield return Ask("215", RequestCode.DeleteTopicInBroker, ("topic", topic));
        yield return Ask("215 blank", RequestCode.DeleteTopicInBroker);
    }

    static IEnumerable<Step> NameServer(string topic)
    {
        yield return Ask("105 no topic", RequestCode.GetRouteInfoByTopic, ("topic", Missing)).At(Peer.NameServer);
        yield return Ask("106", RequestCode.GetBrokerClusterInfo).At(Peer.NameServer);
        yield return Ask("205 no broker", RequestCode.WipeWritePermOfBroker, ("brokerName", Missing))
            .At(Peer.NameServer);
        yield return Ask("327 no broker", RequestCode.AddWritePermOfBroker, ("brokerName", Missing))
            .At(Peer.NameServer);
        yield return Ask("216", RequestCode.DeleteTopicInNameServer, ("topic", topic)).At(Peer.NameServer);
        yield return Ask("219 none", RequestCode.GetKvListByNamespace, ("namespace", Missing)).At(Peer.NameServer);
        yield return Ask("224 none", RequestCode.GetTopicsByCluster, ("cluster", Missing)).At(Peer.NameServer);
        yield return Ask("304", RequestCode.GetSystemTopicListFromNameServer).At(Peer.NameServer);
        yield return Ask("319", RequestCode.GetNameServerConfig).At(Peer.NameServer);
        yield return Ask("901", RequestCode.GetBrokerMemberGroup, ("clusterName", Missing), ("brokerName", Missing))
            .At(Peer.NameServer);
        var refused = Ask("318 refused", RequestCode.UpdateNameServerConfig).At(Peer.NameServer);
        yield return refused with
        {
            Body = "kvConfigPath=/tmp/x",
        };
    }

    static (string, string)[] Commit(string topic, string group) =>
        [("consumerGroup", group), ("topic", topic), ("queueId", "0"), ("commitOffset", "1")];

    static (string, string)[] Pull(string topic, string group, string offset) =>
        [
            ("consumerGroup", group),
            ("topic", topic),
            ("queueId", "0"),
            ("queueOffset", offset),
            ("maxMsgNums", "32"),
            ("sysFlag", "4"),
            ("commitOffset", "0"),
            ("suspendTimeoutMillis", "0"),
            ("subscription", "*"),
            ("subVersion", "1"),
            ("expressionType", "TAG"),
        ];

    static (string, string)[] Query(string topic, string key) =>
        [("topic", topic), ("key", key), ("maxNum", "32"), ("beginTimestamp", "0"), ("endTimestamp", "9999999999999")];

    static string Heartbeat(string topic, string group) =>
        $$"""
            {"clientID":"compare-client","producerDataSet":[],"consumerDataSet":[{"groupName":"{{group}}",
            "consumeType":"CONSUME_PASSIVELY","messageModel":"CLUSTERING","unitMode":false,
            "consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","subscriptionDataSet":[{"topic":"{{topic}}","subString":"*",
            "tagsSet":[],"codeSet":[],"subVersion":1,"expressionType":"TAG"}]}]}
            """;

    static Step Ask(string name, RequestCode code, params (string Name, string Value)[] fields)
    {
        var list = new FieldList();
        foreach (var (field, value) in fields)
            list.Add(field, value);
        return new Step(name, code, list);
    }

    static Step At(this Step step, Peer peer) => step with { Peer = peer };
}
