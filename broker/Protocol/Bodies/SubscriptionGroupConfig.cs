using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// The settings of one consumer group on one broker, with the reference's defaults (protocol.md §2.6).
/// </summary>
public sealed record SubscriptionGroupConfig
{
    static readonly IReadOnlyDictionary<string, string> NoAttributes = new Dictionary<string, string>();

    /// <summary>The group's name.</summary>
    public required string GroupName { get; init; }

    /// <summary>False: pulls are refused with code 16.</summary>
    public bool ConsumeEnable { get; init; } = true;

    /// <summary>Kept for clients; without effect since the client decides where to start.</summary>
    public bool ConsumeFromMinEnable { get; init; } = true;

    /// <summary>False: members that consume in broadcasting mode are refused.</summary>
    public bool ConsumeBroadcastEnable { get; init; } = true;

    /// <summary>Whether deliveries through POP keep the order of queues.</summary>
    public bool ConsumeMessageOrderly { get; init; }

    /// <summary>Queues of the group's retry topic; 0 or less means failed messages are not kept.</summary>
    public int RetryQueueNums { get; init; } = 1;

    /// <summary>Retries before a message goes to the dead letters.</summary>
    public int RetryMaxTimes { get; init; } = 16;

    /// <summary>
    /// The retry policy as JSON, relayed as it came; null for the default. Only gRPC consumers follow it, at the
    /// reference too: what comes back over remoting, or is popped and not acknowledged, waits as it always did.
    /// </summary>
    public FastJson? GroupRetryPolicy { get; init; }

    /// <summary>The broker to read from, kept for clients.</summary>
    public long BrokerId { get; init; }

    /// <summary>The broker that is suggested to a group that reads far behind.</summary>
    public long WhichBrokerWhenConsumeSlowly { get; init; } = 1;

    /// <summary>Whether members are told when the membership changes.</summary>
    public bool NotifyConsumerIdsChangedEnable { get; init; } = true;

    /// <summary>1 unit.</summary>
    public int GroupSysFlag { get; init; }

    /// <summary>Minutes that a consumer may take for one message.</summary>
    public int ConsumeTimeoutMinute { get; init; } = 15;

    /// <summary>Attributes; null when the sender wrote none.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }

    /// <summary>Reads one configuration; the name is empty when it is missing, anything else has its default.</summary>
    public static SubscriptionGroupConfig Read(FastJson json) =>
        new()
        {
            GroupName = json["groupName"].AsText(""),
            ConsumeEnable = json["consumeEnable"].AsBool(true),
            ConsumeFromMinEnable = json["consumeFromMinEnable"].AsBool(true),
            ConsumeBroadcastEnable = json["consumeBroadcastEnable"].AsBool(true),
            ConsumeMessageOrderly = json["consumeMessageOrderly"].AsBool(),
            RetryQueueNums = json["retryQueueNums"].AsInt(1),
            RetryMaxTimes = json["retryMaxTimes"].AsInt(16),
            GroupRetryPolicy = json["groupRetryPolicy"].HasValue ? json["groupRetryPolicy"] : null,
            BrokerId = json["brokerId"].AsLong(),
            WhichBrokerWhenConsumeSlowly = json["whichBrokerWhenConsumeSlowly"].AsLong(1),
            NotifyConsumerIdsChangedEnable = json["notifyConsumerIdsChangedEnable"].AsBool(true),
            GroupSysFlag = json["groupSysFlag"].AsInt(),
            ConsumeTimeoutMinute = json["consumeTimeoutMinute"].AsInt(15),
            Attributes = TextMap.Read(json["attributes"]),
        };

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        json.BeginObject();
        // The reference writes an empty object, not nothing.
        TextMap.Write(json.Name("attributes"), Attributes ?? NoAttributes);
        json.Name("brokerId")
            .Value(BrokerId)
            .Name("consumeBroadcastEnable")
            .Value(ConsumeBroadcastEnable)
            .Name("consumeEnable")
            .Value(ConsumeEnable)
            .Name("consumeFromMinEnable")
            .Value(ConsumeFromMinEnable)
            .Name("consumeMessageOrderly")
            .Value(ConsumeMessageOrderly)
            .Name("consumeTimeoutMinute")
            .Value(ConsumeTimeoutMinute)
            .Name("groupName")
            .Value(GroupName);
        WriteRetryPolicy(json.Name("groupRetryPolicy"));
        json.Name("groupSysFlag")
            .Value(GroupSysFlag)
            .Name("notifyConsumerIdsChangedEnable")
            .Value(NotifyConsumerIdsChangedEnable)
            .Name("retryMaxTimes")
            .Value(RetryMaxTimes)
            .Name("retryQueueNums")
            .Value(RetryQueueNums)
            .Name("whichBrokerWhenConsumeSlowly")
            .Value(WhichBrokerWhenConsumeSlowly)
            .EndObject();
    }

    /// <summary>The body of code 352.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        Write(json);
        return json.ToArray();
    }

    void WriteRetryPolicy(FastJsonWriter json)
    {
        if (GroupRetryPolicy is null)
            json.BeginObject().Name("type").Value("CUSTOMIZED").EndObject();
        else
            GroupRetryPolicy.Write(json);
    }
}
