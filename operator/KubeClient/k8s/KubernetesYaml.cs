using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace k8s;

/// <summary>
/// YAML as Kubernetes reads it: a spelling of JSON. Texts are converted to JSON and read by <see
/// cref="KubernetesJson"/>.
/// </summary>
public static class KubernetesYaml
{
    /// <exception cref="YamlException">The text is no YAML.</exception>
    public static TValue Deserialize<TValue>(string yaml) =>
        ToJson(yaml) is { } json ? KubernetesJson.Deserialize<TValue>(json) : default!;

    /// <summary>Each document of a text that is separated by <c>---</c>; empty ones are left out.</summary>
    public static IReadOnlyList<JsonNode> LoadAllFromString(string content)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(content));
        return [.. stream.Documents.Select(d => Convert(d.RootNode)).OfType<JsonNode>()];
    }

    public static string Serialize(object value)
    {
        using var text = new StringWriter { NewLine = "\n" };
        Write(KubernetesJson.SerializeToNode(value), text);
        return text.ToString();
    }

    /// <summary>One document after the other, each begun by <c>---</c>.</summary>
    public static string SerializeAll(IEnumerable<object> values)
    {
        using var text = new StringWriter { NewLine = "\n" };
        foreach (var value in values)
        {
            text.WriteLine("---");
            Write(KubernetesJson.SerializeToNode(value), text);
        }
        return text.ToString();
    }

    static JsonNode? ToJson(string yaml)
    {
        var documents = LoadAllFromString(yaml);
        return documents.Count switch
        {
            0 => null,
            1 => documents[0],
            _ => throw new InvalidOperationException($"expected one YAML document, not {documents.Count}"),
        };
    }

    static JsonNode? Convert(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value ?? "", Convert(c.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
            YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value ?? ""),
            YamlScalarNode scalar => JsonValue.Create(scalar.Value),
            _ => null,
        };

    // The rules of sigs.k8s.io/yaml, less the old words for booleans (yes, off …), which it has dropped too.
    static JsonNode? Plain(string value) =>
        value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                JsonValue.Create(number),
            _ when LooksLikeNumber(value)
                    && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) =>
                JsonValue.Create(real),
            _ => JsonValue.Create(value),
        };

    static bool LooksLikeNumber(string value) =>
        value.All(c => char.IsAsciiDigit(c) || c is '+' or '-' or '.' or 'e' or 'E') && value.Any(char.IsAsciiDigit);

    static void Write(JsonNode node, StringWriter text)
    {
        var emitter = new Emitter(
            text,
            new EmitterSettings(
                bestIndent: 2,
                bestWidth: int.MaxValue,
                isCanonical: false,
                maxSimpleKeyLength: 1024,
                skipAnchorName: true
            )
        );
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
    }

    static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(
                    new MappingStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block
                    )
                );
                foreach (var (key, value) in map)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(
                    new SequenceStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block
                    )
                );
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String:
                emitter.Emit(Text(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    // A text that would be read back as something else is quoted; long ones become blocks.
    static Scalar Text(string value)
    {
        var style =
            value.Contains('\n', StringComparison.Ordinal) && !value.EndsWith(' ') ? ScalarStyle.Literal
            : Plain(value)?.GetValueKind() != System.Text.Json.JsonValueKind.String || OldWord(value)
                ? ScalarStyle.DoubleQuoted
            : ScalarStyle.Any;
        return new Scalar(AnchorName.Empty, TagName.Empty, value, style, isPlainImplicit: true, isQuotedImplicit: true);
    }

    /// <summary>Words that readers of YAML 1.1 take for booleans or numbers in base 60 (<c>04:00</c>).</summary>
    static bool OldWord(string value) =>
        value.ToLowerInvariant() is "yes" or "no" or "on" or "off" or "y" or "n"
        || value.Contains(':', StringComparison.Ordinal) && value.All(c => char.IsAsciiDigit(c) || c == ':')
        || value.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        || value.StartsWith("0o", StringComparison.OrdinalIgnoreCase);
}
