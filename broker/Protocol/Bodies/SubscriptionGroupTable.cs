using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>
/// All consumer groups of a broker: the body of code 201 and the content of <c>config/subscriptionGroup.json</c>.
/// </summary>
/// <param name="Version">The state of the table.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Forbidden">Bits per group and topic that forbid reading (code 353).</param>
public sealed record SubscriptionGroupTable(
    DataVersion Version,
    IReadOnlyCollection<SubscriptionGroupConfig> Groups,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Forbidden
)
{
    /// <summary>Reads <c>{dataVersion, forbiddenTable, subscriptionGroupTable{name: config}}</c>.</summary>
    public static SubscriptionGroupTable Read(FastJson json)
    {
        var groups = new List<SubscriptionGroupConfig>();
        foreach (var (key, value) in json["subscriptionGroupTable"].Members)
        {
            if (value.Kind != FastJsonKind.Object)
                continue;
            var group = SubscriptionGroupConfig.Read(value);
            groups.Add(group.GroupName.Length == 0 ? group with { GroupName = key.AsText("") } : group);
        }
        var forbidden = new Dictionary<string, IReadOnlyDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var (group, topics) in json["forbiddenTable"].Members)
            forbidden[group.AsText("")] = topics.Members.ToDictionary(
                one => one.Key.AsText(""),
                one => one.Value.AsInt()
            );
        return new SubscriptionGroupTable(DataVersion.Read(json["dataVersion"]), groups, forbidden);
    }

    /// <summary>Parses a body or file.</summary>
    public static SubscriptionGroupTable Parse(ReadOnlySpan<byte> utf8) => Read(FastJson.Parse(utf8));

    /// <summary>The body, or with <see cref="FastJsonStyle.Pretty"/> the file.</summary>
    public byte[] ToJson(FastJsonStyle style = FastJsonStyle.Compact)
    {
        var json = new FastJsonWriter(style);
        Version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("forbiddenTable").BeginObject();
        foreach (var (group, topics) in Forbidden)
        {
            json.Name(group).BeginObject();
            foreach (var (topic, bits) in topics)
                json.Name(topic).Value(bits);
            json.EndObject();
        }
        json.EndObject().Name("subscriptionGroupTable").BeginObject();
        foreach (var group in Groups)
            group.Write(json.Name(group.GroupName));
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
