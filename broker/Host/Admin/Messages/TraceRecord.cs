using System.Globalization;

namespace Broker.Host.Admin.Messages;

/// <summary>
/// One report of a client: records end with byte 2, fields with byte 1 (protocol.md §4.14). What a client version does
/// not write is null.
/// </summary>
sealed record TraceRecord(
    string Kind,
    string MessageId,
    long TimeMs,
    string? Group,
    string? Client,
    long? CostMs,
    bool Succeeded
)
{
    const char RecordEnd = (char)2;
    const char FieldEnd = (char)1;

    /// <summary>Every record of a message body that can be read; in old clients SubAfter has no time.</summary>
    public static IEnumerable<TraceRecord> All(string body)
    {
        foreach (string record in body.Split(RecordEnd, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Read(record.Split(FieldEnd)) is { } read)
                yield return read;
        }
    }

    static TraceRecord? Read(string[] field) =>
        field switch
        {
            ["Pub", var time, _, var group, _, var id, _, _, _, _, var cost, ..] => new(
                "send",
                id,
                Number(time),
                group,
                At(field, 14),
                Number(cost),
                At(field, 13) != "false"
            ),
            ["SubBefore", var time, _, var group, _, var id, ..] => new(
                "consume",
                id,
                Number(time),
                group,
                At(field, 8),
                null,
                true
            ),
            ["SubAfter", _, var id, var cost, var succeeded, ..] => new(
                "consumed",
                id,
                Number(At(field, 7) ?? ""),
                At(field, 8),
                null,
                Number(cost),
                succeeded != "false"
            ),
            ["EndTransaction", var time, _, var group, _, var id, ..] => new(
                "end transaction",
                id,
                Number(time),
                group,
                null,
                null,
                At(field, 11) != "ROLLBACK_MESSAGE"
            ),
            _ => null,
        };

    static string? At(string[] field, int index) => index < field.Length ? field[index] : null;

    static long Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : 0;
}
