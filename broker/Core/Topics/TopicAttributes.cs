using Broker.Core.Configuration;
using Broker.Protocol.Bodies;

namespace Broker.Core.Topics;

/// <summary>Applies attribute changes such as "+message.type=FIFO,-x" (code 17, protocol.md §2.3).</summary>
public static class TopicAttributes
{
    const string QueueType = "queue.type";
    const string BatchQueue = "BatchCQ";

    static readonly Dictionary<string, string[]?> Known = new()
    {
        ["message.type"] = ["UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "MIXED"],
        [QueueType] = ["SimpleCQ"],
        ["cleanup.policy"] = ["DELETE"],
        ["delete.policy"] = null,
    };

    /// <summary>
    /// Values of Apache's that this broker refuses, why, and what to do instead. The page of requests shows them.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value, string Why, string Instead)> Refused { get; } =
    [
        (
            QueueType,
            BatchQueue,
            "it keeps a batch as one message with one queue entry. In Apache 5.3.3 a batch then has no tags, so "
                + "consumers that filter by tag do not get it; its messages are found by no key or id of their own; "
                + "none of them can be sent back alone; and a pop counts the batch as one. Here every message of a "
                + "batch has an entry of its own",
            "leave queue.type out: producers send batches in the same way, and consumers get every message"
        ),
        (
            "cleanup.policy",
            "COMPACTION",
            "messages are kept for the time of retention, whatever their keys",
            "leave cleanup.policy out"
        ),
    ];

    /// <summary>The attributes after the changes, or what is wrong with them.</summary>
    public static (IReadOnlyDictionary<string, string> Attributes, string? Problem) Change(
        IReadOnlyDictionary<string, string>? current,
        string changes
    )
    {
        var result = new Dictionary<string, string>(current ?? SystemTopics.NoAttributes);
        foreach (
            var change in changes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            var equals = change.IndexOf('=');
            var name = change[1..(equals < 0 ? change.Length : equals)];
            if (!Known.ContainsKey(name))
                return (result, $"unsupported key: {name}");
            switch (change[0])
            {
                case '-':
                    result.Remove(name);
                    break;
                case '+' when equals > 0:
                    var value = change[(equals + 1)..];
                    if (Problem(name, value) is { } problem)
                        return (result, problem);
                    result[name] = value;
                    break;
                default:
                    return (result, $"kv string format wrong: {change}");
            }
        }
        return (result, null);
    }

    /// <summary>
    /// The same for changes in a table, as lists of topics bring them: <c>+name</c> or <c>name</c> with a value,
    /// <c>-name</c>.
    /// </summary>
    public static (IReadOnlyDictionary<string, string> Attributes, string? Problem) Change(
        IReadOnlyDictionary<string, string>? current,
        IReadOnlyDictionary<string, string>? changes
    ) =>
        Change(
            current,
            string.Join(
                ',',
                (changes ?? SystemTopics.NoAttributes).Select(change =>
                    change.Key.StartsWith('-') ? change.Key : $"+{change.Key.TrimStart('+')}={change.Value}"
                )
            )
        );

    /// <summary>Topics of a folder of Apache's whose messages this broker would misplace.</summary>
    /// <exception cref="ConfigException">The topic keeps batches as one message each.</exception>
    public static void CheckAdopted(TopicConfig config)
    {
        if (config.Attributes is { } attributes && attributes.GetValueOrDefault(QueueType) == BatchQueue)
            throw new ConfigException(
                $"config/topics.json: topic {config.TopicName} has {QueueType}={BatchQueue}, whose messages "
                    + "this broker cannot read. Consume them and delete the topic with Apache's broker, "
                    + "then start this one."
            );
    }

    static string? Problem(string name, string value)
    {
        foreach (var refused in Refused)
        {
            if (refused.Name == name && refused.Value == value)
                return $"{name}={value} is not supported: {refused.Why}. Instead, {refused.Instead}.";
        }
        var values = Known[name];
        return values is null || values.Contains(value)
            ? null
            : $"value {value} of {name} must be one of {string.Join(", ", values)}";
    }
}
