using System.Buffers.Binary;
using Broker.Protocol.Messages;
using Broker.Store.Files;

namespace Broker.Store.Recovery;

/// <summary>
/// The file <c>checkpoint</c>, 4 KiB: how far log, queues and index were durable. Apache's part (protocol.md §3.5)
/// holds times, so a recovery by it repeats whole segments; ours, behind it where Apache neither reads nor writes,
/// holds positions:
/// <code>
/// 0 log time 8 | 8 queues time 8 | 16 index time 8 | 24 flushed by the master 8 | 32 confirmed 8
/// 512 magic 8 | 520 log time 8 | 528 queues time 8 (as at 0 and 8: else Apache has written since)
/// 536 durable 8 | 544 verify from 8 | 552 delivered 8 | 560 indexed 8 | 568 index entries 4
/// 572 index file's number 8 | 580 count 4 | 584 count times {position 8, CRC-32 of the message 4} | CRC-32 of 512 to
/// here 4
/// </code>
/// A write replaces the 4 KiB in place; should it tear, the checksum fails and the times are used.
/// </summary>
sealed class Checkpoint
{
    public const string FileName = "checkpoint";

    const int Bytes = 4096;
    const int OwnPart = 512;
    const int TailAt = 584;
    const int TailEntryBytes = 12;
    const long Magic = 0x524D_5143_4B50_0001; // "RMQCKP" 1

    /// <summary>Store time of the last durable message, in ms since 1970.</summary>
    public long LogTimestamp { get; set; }

    /// <summary>Store time of the last message whose queue entry is durable.</summary>
    public long QueueTimestamp { get; set; }

    /// <summary>Store time of the last message in a durable index.</summary>
    public long IndexTimestamp { get; set; }

    /// <summary>Apache's field for replicas: how far the master has flushed.</summary>
    public long MasterFlushedPosition { get; set; }

    /// <summary>Apache's field for replicas: how far messages are confirmed.</summary>
    public long ConfirmedPosition { get; set; }

    /// <summary>Whether the fields below are there and were written after Apache's.</summary>
    public bool HasPositions { get; set; }

    /// <summary>The log is durable below.</summary>
    public long DurablePosition { get; set; }

    /// <summary>
    /// A message begins here, from which on a recovery verifies: somewhat in front of the durable end.
    /// </summary>
    public long VerifyPosition { get; set; }

    /// <summary>Queue entries of all messages below are durable.</summary>
    public long DeliveredPosition { get; set; }

    /// <summary>All messages below are in the durable index.</summary>
    public long IndexedPosition { get; set; }

    /// <summary>How many entries of the newest index file are durable.</summary>
    public int IndexCount { get; set; }

    /// <summary>Name of the newest index file as a number; 0 for none.</summary>
    public long IndexFile { get; set; }

    /// <summary>Checksums of the last messages below the durable end, oldest first.</summary>
    public List<(long Position, uint Crc)> Tail { get; set; } = [];

    /// <summary>Reads the file; null when it is missing or too short.</summary>
    public static Checkpoint? Read(IFileSystem files, string rootDirectory)
    {
        var path = Path.Combine(rootDirectory, FileName);
        if (!files.FileExists(path))
            return null;
        using var file = files.Open(path, readOnly: true);
        var bytes = new byte[Bytes];
        if (file.Read(bytes, 0) < 24)
            return null;
        var checkpoint = new Checkpoint
        {
            LogTimestamp = Long(bytes, 0),
            QueueTimestamp = Long(bytes, 8),
            IndexTimestamp = Long(bytes, 16),
            MasterFlushedPosition = Long(bytes, 24),
            ConfirmedPosition = Long(bytes, 32),
        };
        checkpoint.ReadPositions(bytes);
        return checkpoint;
    }

    /// <summary>Writes the file; durable when the call returns.</summary>
    public void Write(IFileSystem files, string rootDirectory)
    {
        var bytes = new byte[Bytes];
        Put(bytes, 0, LogTimestamp);
        Put(bytes, 8, QueueTimestamp);
        Put(bytes, 16, IndexTimestamp);
        Put(bytes, 24, MasterFlushedPosition);
        Put(bytes, 32, ConfirmedPosition);
        WritePositions(bytes);
        var path = Path.Combine(rootDirectory, FileName);
        var isNew = !files.FileExists(path);
        using (var file = files.Open(path))
        {
            file.Write(bytes, 0);
            file.SyncData();
        }

        if (isNew)
            files.SyncDirectory(rootDirectory);
    }

    void ReadPositions(byte[] bytes)
    {
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(580));
        if (Long(bytes, OwnPart) != Magic || Long(bytes, 520) != LogTimestamp || Long(bytes, 528) != QueueTimestamp)
            return;
        if (count is < 0 or > RecentMessagesMax)
            return;
        var end = TailAt + (count * TailEntryBytes);
        if (
            BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(end))
            != Crc32.Compute(bytes.AsSpan(OwnPart, end - OwnPart))
        )
            return;
        DurablePosition = Long(bytes, 536);
        VerifyPosition = Long(bytes, 544);
        DeliveredPosition = Long(bytes, 552);
        IndexedPosition = Long(bytes, 560);
        IndexCount = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(568));
        IndexFile = Long(bytes, 572);
        for (var at = TailAt; at < end; at += TailEntryBytes)
            Tail.Add((Long(bytes, at), BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at + 8))));
        HasPositions = true;
    }

    void WritePositions(byte[] bytes)
    {
        Put(bytes, OwnPart, Magic);
        Put(bytes, 520, LogTimestamp);
        Put(bytes, 528, QueueTimestamp);
        Put(bytes, 536, DurablePosition);
        Put(bytes, 544, VerifyPosition);
        Put(bytes, 552, DeliveredPosition);
        Put(bytes, 560, IndexedPosition);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(568), IndexCount);
        Put(bytes, 572, IndexFile);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(580), Tail.Count);
        var at = TailAt;
        foreach (var (position, crc) in Tail)
        {
            Put(bytes, at, position);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 8), crc);
            at += TailEntryBytes;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), Crc32.Compute(bytes.AsSpan(OwnPart, at - OwnPart)));
    }

    const int RecentMessagesMax = Log.RecentMessages.Count;

    static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at));

    static void Put(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), value);
}
