using System.Text;
using System.Text.RegularExpressions;
using Broker.Protocol;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Benchmarks.Answers;

/// <summary>
/// An answer as a list of facts, path and value, so that two answers can be compared piece by piece: the order of
/// fields and members does not count, and what must differ (addresses, times, ids) is written as a word.
/// </summary>
static partial class AnswerFacts
{
    public static SortedDictionary<string, string> Of(Step step, RemotingResponse answer, string address)
    {
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["code"] = $"{(int)answer.Code}",
            ["remark"] = answer.Remark ?? "",
        };
        foreach (var (name, value) in answer.Fields)
            facts[$"field {name}"] = value;
        AddBody(facts, step, answer.Body.Span);
        return new SortedDictionary<string, string>(
            facts.ToDictionary(fact => Plain(fact.Key, address), fact => Plain(fact.Value, address)),
            StringComparer.Ordinal
        );
    }

    static void AddBody(SortedDictionary<string, string> facts, Step step, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            facts["body"] = "";
        else if (step.Code is RequestCode.PullMessage or RequestCode.QueryMessage or RequestCode.ViewMessageById)
            AddMessages(facts, body);
        else if (FastJson.TryParse(body, out var json, out _))
            Add(facts, "body", json);
        else
            AddLines(facts, Encoding.UTF8.GetString(body));
    }

    static void AddMessages(SortedDictionary<string, string> facts, ReadOnlySpan<byte> body)
    {
        for (var number = 0; !body.IsEmpty && MessageView.Read(body, out var view) == MessageProblem.None; number++)
        {
            facts[$"message {number} body"] = Encoding.UTF8.GetString(view.Body);
            facts[$"message {number} place"] = $"{view.QueueId} {view.QueueOffset} {view.SysFlag} {view.Flag}";
            foreach (var (name, value) in MessageProperties.ToDictionary(view.Properties))
                facts[$"message {number} property {name}"] = value;
            body = body[view.TotalSize..];
        }
    }

    static void AddLines(SortedDictionary<string, string> facts, string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=');
            facts[equals < 0 ? line : $"line {line[..equals]}"] = equals < 0 ? "" : line[(equals + 1)..];
        }
    }

    static void Add(SortedDictionary<string, string> facts, string path, FastJson json)
    {
        switch (json.Kind)
        {
            case FastJsonKind.Object:
                facts[path] = "{}";
                foreach (var (key, value) in json.Members)
                    Add(facts, $"{path}.{key.AsText() ?? Text(key)}", value);
                break;
            case FastJsonKind.Array when json.Items.All(item => item.AsText() is not null):
                facts[path] = string.Join(' ', json.Items.Select(item => item.AsText()).Order(StringComparer.Ordinal));
                break;
            case FastJsonKind.Array:
                foreach (
                    var (item, number) in json.Items.OrderBy(Text, StringComparer.Ordinal).Select((j, n) => (j, n))
                )
                    Add(facts, $"{path}[{number}]", item);
                break;
            default:
                facts[path] = json.AsText("null");
                break;
        }
    }

    static string Text(FastJson json)
    {
        var writer = new FastJsonWriter();
        json.Write(writer);
        return Encoding.UTF8.GetString(writer.Written);
    }

    static string Plain(string text, string address)
    {
        text = text.Replace(address, "ADDRESS", StringComparison.Ordinal);
        text = Times().Replace(text, "TIME");
        text = Ids().Replace(text, "ID");
        return Ports().Replace(text, "PEER");
    }

    [GeneratedRegex(@"\b1[6-9]\d{11}\b|\b\d{4}-\d\d-\d\d#[\d:]+")]
    private static partial Regex Times();

    [GeneratedRegex(@"\b[0-9A-F]{56}\b|\b[0-9A-F]{32}\b")]
    private static partial Regex Ids();

    /// <summary>The other ends of our own connections.</summary>
    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Ports();
}
