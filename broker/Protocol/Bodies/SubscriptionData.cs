using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>What a consumer group wants of one topic, as its members say in heartbeats.</summary>
public sealed record SubscriptionData
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The expression as written: <c>*</c>, <c>a || b</c>, or SQL.</summary>
    public string SubString { get; init; } = "*";

    /// <summary>The tags of a tag expression.</summary>
    public IReadOnlyList<string> TagsSet { get; init; } = [];

    /// <summary>Their hash codes, as the client computed them.</summary>
    public IReadOnlyList<int> CodeSet { get; init; } = [];

    /// <summary>The client's clock when it subscribed, ms; the newer one counts.</summary>
    public long SubVersion { get; init; }

    /// <summary>TAG or SQL92.</summary>
    public string ExpressionType { get; init; } = "TAG";

    /// <summary>Whether a class filters; not supported.</summary>
    public bool ClassFilterMode { get; init; }

    /// <summary>Reads a value; versions may be texts.</summary>
    public static SubscriptionData Read(FastJson json) =>
        new()
        {
            Topic = json["topic"].AsText(""),
            SubString = json["subString"].AsText("*"),
            TagsSet = [.. json["tagsSet"].Items.Select(item => item.AsText()).OfType<string>()],
            CodeSet = [.. json["codeSet"].Items.Select(item => item.AsInt())],
            SubVersion = json["subVersion"].AsLong(),
            ExpressionType = json["expressionType"].AsText("TAG"),
            ClassFilterMode = json["classFilterMode"].AsBool(),
        };

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        json.BeginObject().Name("classFilterMode").Value(ClassFilterMode).Name("codeSet").BeginArray();
        foreach (var code in CodeSet)
            json.Value(code);
        json.EndArray()
            .Name("expressionType")
            .Value(ExpressionType)
            .Name("subString")
            .Value(SubString)
            .Name("subVersion")
            .Value(SubVersion)
            .Name("tagsSet")
            .Values(TagsSet)
            .Name("topic")
            .Value(Topic)
            .EndObject();
    }
}
