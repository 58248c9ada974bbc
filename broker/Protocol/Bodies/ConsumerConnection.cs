using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>The members of a consumer group and what they want: the body of code 203.</summary>
public sealed record ConsumerConnection
{
    /// <summary>The members.</summary>
    public IReadOnlyList<ClientConnection> Connections { get; init; } = [];

    /// <summary>What they want, by topic.</summary>
    public IReadOnlyList<SubscriptionData> Subscriptions { get; init; } = [];

    /// <summary>How they get it.</summary>
    public ConsumeType ConsumeType { get; init; }

    /// <summary>Whether they share.</summary>
    public MessageModel MessageModel { get; init; }

    /// <summary>Where they start.</summary>
    public ConsumeFromWhere ConsumeFromWhere { get; init; }

    /// <summary>
    /// Who wants something else than most members, and what, in words; empty when all want the same. Only our brokers
    /// say it, and only to who asks by the field <c>withSubscriptionDifference</c>; null otherwise.
    /// </summary>
    public string? SubscriptionDifference { get; init; }

    /// <summary>Parses a body.</summary>
    public static ConsumerConnection Parse(ReadOnlySpan<byte> utf8)
    {
        var json = FastJson.Parse(utf8);
        return new ConsumerConnection
        {
            Connections = ClientConnection.ReadSet(json),
            Subscriptions = [.. json["subscriptionTable"].Members.Select(one => SubscriptionData.Read(one.Value))],
            ConsumeType = (ConsumeType)json["consumeType"].AsEnum(ConsumeNames.Types),
            MessageModel = (MessageModel)json["messageModel"].AsEnum(ConsumeNames.Models),
            ConsumeFromWhere = (ConsumeFromWhere)json["consumeFromWhere"].AsEnum(ConsumeNames.Starts),
            SubscriptionDifference = json["subscriptionDifference"].AsText(),
        };
    }

    /// <summary>The body.</summary>
    public byte[] ToJson()
    {
        var json = new FastJsonWriter();
        ClientConnection
            .WriteSet(json.BeginObject(), Connections)
            .Name("consumeFromWhere")
            .Value(ConsumeNames.Of(ConsumeFromWhere))
            .Name("consumeType")
            .Value(ConsumeNames.Of(ConsumeType))
            .Name("messageModel")
            .Value(ConsumeNames.Of(MessageModel));
        if (SubscriptionDifference is { } difference)
            json.Name("subscriptionDifference").Value(difference);
        json.Name("subscriptionTable").BeginObject();
        foreach (var subscription in Subscriptions)
            subscription.Write(json.Name(subscription.Topic));
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
