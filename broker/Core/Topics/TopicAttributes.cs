namespace Broker.Core.Topics;

/// <summary>Applies attribute changes such as "+message.type=FIFO,-x" (code 17, protocol.md §2.3).</summary>
static class TopicAttributes
{
    static readonly Dictionary<string, string[]?> Known = new()
    {
        ["message.type"] = ["UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "MIXED"],
        ["queue.type"] = ["SimpleCQ"],
        ["cleanup.policy"] = ["DELETE"],
        ["delete.policy"] = null,
    };

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
            if (!Known.TryGetValue(name, out var values))
                return (result, $"unsupported key: {name}");
            switch (change[0])
            {
                case '-':
                    result.Remove(name);
                    break;
                case '+' when equals > 0:
                    var value = change[(equals + 1)..];
                    if (values is not null && !values.Contains(value))
                        return (result, $"value {value} of {name} must be one of {string.Join(", ", values)}");
                    result[name] = value;
                    break;
                default:
                    return (result, $"kv string format wrong: {change}");
            }
        }
        return (result, null);
    }
}
