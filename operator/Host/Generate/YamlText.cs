using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Operator.Host.Generate;

/// <summary>
/// Writes objects as YAML that reads well and never changes without cause: one line per value, quotes only where
/// needed.
/// </summary>
public static partial class YamlText
{
    /// <summary>Several documents, in order.</summary>
    public static string OfAll(IEnumerable<object> objects) => string.Join("---\n", objects.Select(Of));

    /// <summary>One document, ending in a line break.</summary>
    /// <param name="value">A model, an entity or a JSON node.</param>
    public static string Of(object value)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithIndentedSequences());
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, value as JsonNode ?? KubernetesJson.SerializeToNode(value));
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(
                    new MappingStart(null, null, true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block)
                );
                foreach (var (key, value) in map)
                {
                    emitter.Emit(Text(key));
                    Write(emitter, value);
                }
                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(
                    new SequenceStart(null, null, true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block)
                );
                foreach (var item in list)
                    Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case null:
                emitter.Emit(new Scalar("null"));
                break;
            default:
                emitter.Emit(
                    node.GetValueKind() == JsonValueKind.String
                        ? Text(node.GetValue<string>())
                        : new Scalar(node.ToJsonString())
                );
                break;
        }
    }

    static Scalar Text(string text)
    {
        var style =
            text.Contains('\n') ? ScalarStyle.Literal
            : Plain().IsMatch(text) && !Word().IsMatch(text) ? ScalarStyle.Plain
            : text.Contains('\'') ? ScalarStyle.DoubleQuoted
            : ScalarStyle.SingleQuoted;
        return new Scalar(null, null, text, style, isPlainImplicit: true, isQuotedImplicit: true);
    }

    [GeneratedRegex(@"^[A-Za-z./(]([A-Za-z0-9 _./(),;=+<>|%-]|:(?=\S))*(?<! )$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    /// <summary>What YAML 1.1 readers take for a truth value, nothing or a number.</summary>
    [GeneratedRegex(
        @"^(true|false|yes|no|on|off|y|n|null|~|\.inf|\.nan|\.[0-9]+)$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Word();
}
