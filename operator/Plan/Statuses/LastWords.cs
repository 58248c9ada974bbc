using System.Text.Json;

namespace Operator.Plan.Statuses;

/// <summary>
/// What a process said last: Kubernetes keeps the end of its log when it fails (terminationMessagePolicy
/// FallbackToLogsOnError).
/// </summary>
static class LastWords
{
    /// <summary>One sentence of a condition's 1,024 characters.</summary>
    const int Longest = 400;

    /// <summary>The last line that is no part of a stack trace; null when there is none.</summary>
    public static string? Of(string? log)
    {
        var line = (log ?? "")
            .Split('\n', StringSplitOptions.TrimEntries)
            .LastOrDefault(l => l.Length > 0 && !l.StartsWith("at ", StringComparison.Ordinal));
        if (line is null)
            return null;
        var text = MessageOf(line);
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
    }

    /// <summary>Of an entry in JSON only the message: its time would change a status with every restart.</summary>
    static string MessageOf(string line)
    {
        if (!line.StartsWith('{'))
            return line;
        try
        {
            using var entry = JsonDocument.Parse(line);
            return
                entry.RootElement.TryGetProperty("Message", out var message)
                && message.ValueKind == JsonValueKind.String
                ? message.GetString()!
                : line;
        }
        catch (JsonException)
        {
            return line;
        }
    }
}
