using System.Buffers.Binary;
using Broker.Protocol.Messages;
using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>
/// The file <c>timers/state</c>: which messages wait, and up to where queue and log are accounted for. It replaces the
/// one before as a whole, so runs and records that it does not name do not exist.
/// <code>
/// magic 8 | next queue offset 8 | log position 8 | runs 4 | records 4 | attachment bytes 4
/// runs times {number 8, tier 4, records 8, taken 8, smallest log position 8, smallest queue offset 8}
/// records times TimerRecordLayout | attachment | CRC-32 of all before 4
/// </code>
/// </summary>
sealed record TimerState(
    long Next,
    long DeliveredTo,
    IReadOnlyList<TimerRunInfo> Runs,
    IReadOnlyList<TimerRecord> Records,
    byte[] Attachment
)
{
    const string FileName = "state";
    const long Magic = 0x524D_5154_494D_0001; // "RMQTIM" 1
    const int HeaderBytes = 36;
    const int RunBytes = 44;

    /// <summary>Null when there is none, or none that can be trusted.</summary>
    public static TimerState? Read(IFileSystem files, string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!files.FileExists(path))
            return null;
        using var file = files.Open(path, readOnly: true);
        var bytes = new byte[file.Length];
        return file.Read(bytes, 0) == bytes.Length ? Parse(bytes) : null;
    }

    /// <summary>Replaces the file; durable when the call returns.</summary>
    public void Write(IFileSystem files, string directory)
    {
        var temporary = Path.Combine(directory, FileName + ".tmp");
        using (var file = files.Open(temporary))
        {
            file.SetLength(0);
            file.Write(ToBytes(), 0);
            file.SyncData();
        }
        files.Rename(temporary, Path.Combine(directory, FileName));
        files.SyncDirectory(directory);
    }

    byte[] ToBytes()
    {
        var bytes = new byte[Length(Runs.Count, Records.Count, Attachment.Length)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Magic);
        Put(bytes, 8, Next);
        Put(bytes, 16, DeliveredTo);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(24), Runs.Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(28), Records.Count);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(32), Attachment.Length);
        var at = HeaderBytes;
        foreach (var run in Runs)
        {
            Put(bytes, at, run.Number);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 8), run.Tier);
            Put(bytes, at + 12, run.Records);
            Put(bytes, at + 20, run.Taken);
            Put(bytes, at + 28, run.MinPosition);
            Put(bytes, at + 36, run.MinQueueOffset);
            at += RunBytes;
        }
        foreach (var record in Records)
        {
            TimerRecordLayout.Write(bytes.AsSpan(at), record);
            at += TimerRecordLayout.Bytes;
        }
        Attachment.CopyTo(bytes.AsSpan(at));
        at += Attachment.Length;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), Crc32.Compute(bytes.AsSpan(0, at)));
        return bytes;
    }

    static TimerState? Parse(byte[] bytes)
    {
        if (bytes.Length < HeaderBytes + 4 || Long(bytes, 0) != Magic)
            return null;
        var runCount = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(24));
        var recordCount = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(28));
        var attachmentBytes = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(32));
        var sum = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(bytes.Length - 4));
        if (sum != Crc32.Compute(bytes.AsSpan(0, bytes.Length - 4)))
            return null;
        if (Math.Min(runCount, Math.Min(recordCount, attachmentBytes)) < 0)
            return null;
        if (Length(runCount, recordCount, attachmentBytes) != bytes.Length)
            return null;
        var runs = new TimerRunInfo[runCount];
        var at = HeaderBytes;
        for (var i = 0; i < runCount; i++, at += RunBytes)
        {
            runs[i] = new TimerRunInfo(
                Long(bytes, at),
                BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8)),
                Long(bytes, at + 12),
                Long(bytes, at + 20),
                Long(bytes, at + 28),
                Long(bytes, at + 36)
            );
        }
        var records = new TimerRecord[recordCount];
        for (var i = 0; i < recordCount; i++, at += TimerRecordLayout.Bytes)
            records[i] = TimerRecordLayout.Read(bytes.AsSpan(at));
        return new TimerState(Long(bytes, 8), Long(bytes, 16), runs, records, bytes[at..(at + attachmentBytes)]);
    }

    static long Length(long runs, long records, long attachment) =>
        HeaderBytes + (runs * RunBytes) + (records * TimerRecordLayout.Bytes) + attachment + 4;

    static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));

    static void Put(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), value);
}
