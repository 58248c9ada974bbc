using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// All topics of a broker with the version of the table: the body of code 21, the content of
/// <c>config/topics.json</c>, a part of 103.
/// </summary>
public sealed record TopicConfigTable(DataVersion Version, IReadOnlyCollection<TopicConfig> Topics)
{
    /// <summary>
    /// Reads <c>{dataVersion, topicConfigTable{name: config}}</c>; an entry whose config has no name takes that of its
    /// key.
    /// </summary>
    public static TopicConfigTable Read(FastJson json)
    {
        var topics = new List<TopicConfig>();
        foreach (var (key, value) in json["topicConfigTable"].Members)
        {
            if (value.Kind != FastJsonKind.Object)
                continue;
            var topic = TopicConfig.Read(value);
            topics.Add(topic.TopicName.Length == 0 ? topic with { TopicName = key.AsText("") } : topic);
        }
        return new TopicConfigTable(DataVersion.Read(json["dataVersion"]), topics);
    }

    /// <summary>Parses a body or file.</summary>
    public static TopicConfigTable Parse(ReadOnlySpan<byte> utf8) => Read(FastJson.Parse(utf8));

    /// <summary>Writes it as a value.</summary>
    public void Write(FastJsonWriter json)
    {
        Version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("topicConfigTable").BeginObject();
        foreach (var topic in Topics)
            topic.Write(json.Name(topic.TopicName));
        json.EndObject().EndObject();
    }

    /// <summary>The body, or with <see cref="FastJsonStyle.Pretty"/> the file.</summary>
    public byte[] ToJson(FastJsonStyle style = FastJsonStyle.Compact)
    {
        var json = new FastJsonWriter(style);
        Write(json);
        return json.ToArray();
    }
}
