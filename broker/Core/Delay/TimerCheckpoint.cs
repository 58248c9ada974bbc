using System.Buffers.Binary;
using Broker.Protocol.Bodies;

namespace Broker.Core.Delay;

/// <summary>
/// Apache's file <c>config/timercheck</c>, of which the first 56 bytes are the body of GET_TIMER_CHECK_POINT (60):
/// <code>
/// delivered before 8 | timer log position 8 | next queue offset 8 | the master's next queue offset 8
/// state version 8 | time of the last change 8 | changes 8
/// </code>
/// Ours is for Apache to read when a folder goes back to it, and Apache's for us the other way round. The timer log
/// position is 0: we have no such log.
/// </summary>
readonly record struct TimerCheckpoint(long ReadTimeMs, long NextOffset, DataVersion Version)
{
    public const string FileName = "timercheck";

    const int FileBytes = 4096;
    const int BodyBytes = 56;

    public static TimerCheckpoint Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length < BodyBytes)
            return default;
        var own = BinaryPrimitives.ReadInt64BigEndian(content[16..]);
        var masters = BinaryPrimitives.ReadInt64BigEndian(content[24..]);
        return new TimerCheckpoint(
            BinaryPrimitives.ReadInt64BigEndian(content),
            Math.Min(own, masters),
            new DataVersion(
                BinaryPrimitives.ReadInt64BigEndian(content[32..]),
                BinaryPrimitives.ReadInt64BigEndian(content[40..]),
                BinaryPrimitives.ReadInt64BigEndian(content[48..])
            )
        );
    }

    public byte[] ToBody() => ToBytes(BodyBytes);

    public byte[] ToFile() => ToBytes(FileBytes);

    byte[] ToBytes(int length)
    {
        var bytes = new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, ReadTimeMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), NextOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), NextOffset);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(32), Version.StateVersion);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(40), Version.Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(48), Version.Counter);
        return bytes;
    }
}
