using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>One consumer group of a client, in its heartbeat.</summary>
public sealed record ConsumerData
{
    /// <summary>The group.</summary>
    public required string GroupName { get; init; }

    /// <summary>How the client gets its messages.</summary>
    public ConsumeType ConsumeType { get; init; }

    /// <summary>Whether members share the queues or each reads all.</summary>
    public MessageModel MessageModel { get; init; }

    /// <summary>Where it starts without a stored offset.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; init; }

    /// <summary>What it wants.</summary>
    public IReadOnlyList<SubscriptionData> Subscriptions { get; init; } = [];

    /// <summary>Whether it belongs to a unit.</summary>
    public bool UnitMode { get; init; }

    /// <summary>Reads a value; enumerations may be names or ordinals (protocol.md §0.4).</summary>
    public static ConsumerData Read(FastJson json) =>
        new()
        {
            GroupName = json["groupName"].AsText(""),
            ConsumeType = (ConsumeType)json["consumeType"].AsEnum(ConsumeNames.Types, (int)ConsumeType.Passively),
            MessageModel = (MessageModel)json["messageModel"].AsEnum(ConsumeNames.Models, (int)MessageModel.Clustering),
            ConsumeFromWhere = (ConsumeFromWhere)json["consumeFromWhere"].AsEnum(ConsumeNames.Starts),
            Subscriptions = [.. json["subscriptionDataSet"].Items.Select(SubscriptionData.Read)],
            UnitMode = json["unitMode"].AsBool(),
        };

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        json.BeginObject()
            .Name("consumeFromWhere")
            .Value(ConsumeNames.Of(ConsumeFromWhere))
            .Name("consumeType")
            .Value(ConsumeNames.Of(ConsumeType))
            .Name("groupName")
            .Value(GroupName)
            .Name("messageModel")
            .Value(ConsumeNames.Of(MessageModel))
            .Name("subscriptionDataSet")
            .BeginArray();
        foreach (var subscription in Subscriptions)
            subscription.Write(json);
        json.EndArray().Name("unitMode").Value(UnitMode).EndObject();
    }
}
