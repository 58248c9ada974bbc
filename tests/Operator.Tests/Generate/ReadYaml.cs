using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Operator.Tests.Generate;

/// <summary>Reads YAML as kubectl does: plain words are what they look like, quoted ones are text.</summary>
static class ReadYaml
{
    public static JsonNode? AsJson(string yaml) => All(yaml).Single();

    public static IReadOnlyList<JsonNode?> All(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(d => Read(d.RootNode)).Where(n => n is not null)];
    }

    static JsonNode? Read(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, Read(p.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(Read)]),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value!),
            YamlScalarNode text => JsonValue.Create(text.Value),
            _ => throw new InvalidOperationException(node.ToString()),
        };

    static JsonNode? Plain(string text) =>
        text switch
        {
            "" or "null" or "~" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) =>
                JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
}
