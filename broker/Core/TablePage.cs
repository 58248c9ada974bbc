using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Core;

/// <summary>
/// A part of the table of topics (21) or groups (201), in name order, for those who ask for parts since one body of
/// 10,000 topics is megabytes (protocol.md §2.3). Who does not ask gets everything.
/// </summary>
readonly record struct TablePage(int Start, int Count)
{
    /// <summary>Reads what is asked for; a page of another state of the table starts at the beginning.</summary>
    /// <param name="read">The request's fields.</param>
    /// <param name="sequence">The field with the first entry's number, from 0.</param>
    /// <param name="limit">The field with the number of entries.</param>
    /// <param name="current">The table's state; the field <c>dataVersion</c> has the asker's.</param>
    public static TablePage Read(
        ref FieldReader read,
        ReadOnlySpan<byte> sequence,
        ReadOnlySpan<byte> limit,
        DataVersion current
    )
    {
        var start = read.Int(sequence, 0);
        var count = read.Int(limit, 0);
        if (count <= 0)
            return new TablePage(0, int.MaxValue);
        var isSame =
            FastJson.TryParse(read.OptionalText("dataVersion"u8), out var asked, out _)
            && DataVersion.Read(asked) == current;
        return new TablePage(isSame ? Math.Max(0, start) : 0, count);
    }

    /// <summary>The entries of the page.</summary>
    public IReadOnlyCollection<T> Of<T>(IReadOnlyCollection<T> all, Func<T, string> name) =>
        Count == int.MaxValue ? all : [.. all.OrderBy(name, StringComparer.Ordinal).Skip(Start).Take(Count)];
}
