using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Broker.Replication;

/// <summary>
/// The durable form of a <see cref="ReplicaRecord"/>: one line of JSON, then <c>sha256:</c> and the hash of that line's
/// bytes. The hash is there because a flipped digit in a promise would break the group silently; whoever wants to
/// change a group by hand does it in the Lease.
/// <code>
/// {"format":1,"store":"…","group":"…","promise":3,"epochs":[{"epoch":3,"first":4096,"nonce":"…"}],
///  "known":{"epoch":3,"version":5,"members":"store=pod,…"},
///  "bootId":"…","cleanClose":true,"flushSync":false,"unsure":false}
/// sha256:9f86…
/// </code>
/// </summary>
public static class ReplicaRecordText
{
    const int Format = 1;
    const string HashPrefix = "sha256:";

    /// <summary>The file's whole content.</summary>
    public static byte[] Write(ReplicaRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            WriteJson(json, record);
        var hash = $"\n{HashPrefix}{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))}\n";
        buffer.Write(Encoding.ASCII.GetBytes(hash));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote. Damage is never repaired here: a replica that does not know what it has
    /// promised must not start.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> content,
        [NotNullWhen(true)] out ReplicaRecord? record,
        [NotNullWhen(false)] out string? problem
    )
    {
        record = null;
        problem = null;
        var lineEnd = content.IndexOf((byte)'\n');
        if (lineEnd < 0)
            problem = "the file has no second line with its hash";
        else if (
            Encoding.ASCII.GetString(content[(lineEnd + 1)..]).Trim()
            != HashPrefix + Convert.ToHexStringLower(SHA256.HashData(content[..lineEnd]))
        )
            problem = "the file does not match its hash";
        else
            problem = ReadJson(content[..lineEnd], out record);
        return problem is null && record is not null;
    }

    static void WriteJson(Utf8JsonWriter json, ReplicaRecord record)
    {
        json.WriteStartObject();
        json.WriteNumber("format"u8, Format);
        json.WriteString("store"u8, record.Store.Value);
        if (record.Group is { } group)
            json.WriteString("group"u8, group.Value);
        json.WriteNumber("promise"u8, record.Promise);
        json.WriteStartArray("epochs"u8);
        foreach (var entry in record.Epochs)
        {
            json.WriteStartObject();
            json.WriteNumber("epoch"u8, entry.Epoch);
            json.WriteNumber("first"u8, entry.FirstPosition);
            json.WriteString("nonce"u8, entry.Nonce);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("known"u8);
        json.WriteNumber("epoch"u8, record.Known.Epoch);
        json.WriteNumber("version"u8, record.Known.Version);
        json.WriteString("members"u8, record.Known.FormatMembers());
        json.WriteEndObject();
        json.WriteString("bootId"u8, record.BootId);
        json.WriteBoolean("cleanClose"u8, record.CleanClose);
        json.WriteBoolean("flushSync"u8, record.FlushSync);
        json.WriteBoolean("unsure"u8, record.Unsure);
        json.WriteEndObject();
    }

    static string? ReadJson(ReadOnlySpan<byte> line, out ReplicaRecord? record)
    {
        record = null;
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            var root = document.RootElement;
            var format = root.GetProperty("format"u8).GetInt32();
            if (format != Format)
                return $"the file has format {format}, this program knows {Format}";
            if (!StoreId.TryParse(root.GetProperty("store"u8).GetString(), out var store))
                return "store is not a store id";
            GroupId? group = null;
            if (root.TryGetProperty("group"u8, out var groupText))
            {
                if (!GroupId.TryParse(groupText.GetString(), out var parsed))
                    return "group is not a group id";
                group = parsed;
            }
            var known = root.GetProperty("known"u8);
            if (!InSyncSet.TryParseMembers(known.GetProperty("members"u8).GetString() ?? "", out var members))
                return "known.members is not a list of store=pod";
            record = new ReplicaRecord
            {
                Store = store,
                Group = group,
                Promise = root.GetProperty("promise"u8).GetInt64(),
                Epochs = ReadEpochs(root.GetProperty("epochs"u8)),
                Known = new InSyncSet(
                    known.GetProperty("epoch"u8).GetInt64(),
                    known.GetProperty("version"u8).GetInt64(),
                    members
                ),
                BootId = root.GetProperty("bootId"u8).GetString() ?? "",
                CleanClose = root.GetProperty("cleanClose"u8).GetBoolean(),
                FlushSync = root.GetProperty("flushSync"u8).GetBoolean(),
                Unsure = root.GetProperty("unsure"u8).GetBoolean(),
            };
            return Validate(record);
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return $"the first line is not a replica record: {e.Message}";
        }
    }

    static ImmutableArray<EpochEntry> ReadEpochs(JsonElement array)
    {
        var entries = ImmutableArray.CreateBuilder<EpochEntry>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
            entries.Add(
                new EpochEntry(
                    element.GetProperty("epoch"u8).GetInt64(),
                    element.GetProperty("first"u8).GetInt64(),
                    element.GetProperty("nonce"u8).GetString() ?? ""
                )
            );
        return entries.MoveToImmutable();
    }

    static string? Validate(ReplicaRecord record)
    {
        if (record.Promise < 0 || record.Known.Epoch < 0 || record.Known.Version < 0)
            return "a negative epoch";
        if (record.LastEpoch > record.Promise)
            return $"the epoch table reaches {record.LastEpoch}, beyond the promise {record.Promise}";
        if (!record.Epochs.IsEmpty && record.Group is null)
            return "an epoch table without a group";
        var previous = new EpochEntry(0, 0, "");
        foreach (var entry in record.Epochs)
        {
            if (entry.Epoch <= previous.Epoch || entry.FirstPosition < previous.FirstPosition)
                return $"the epoch table does not rise at epoch {entry.Epoch}";
            if (!RandomHex.IsHex(entry.Nonce, EpochEntry.NonceLength))
                return $"the nonce of epoch {entry.Epoch} is malformed";
            previous = entry;
        }
        return null;
    }
}
