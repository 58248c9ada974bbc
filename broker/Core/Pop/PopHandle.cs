using System.Buffers;
using System.Buffers.Text;

namespace Broker.Core.Pop;

/// <summary>
/// What a consumer shows to acknowledge a popped message (protocol.md §4.10), texts and numbers separated by blanks:
/// <code>
/// start offset of the pop | pop time | invisible time | revive queue | mark | broker | queue | offset
/// </code>
/// Borrowed from the request.
/// </summary>
readonly ref struct PopHandle
{
    /// <summary>The revive queue's number that says: ordered, there is no checkpoint.</summary>
    public const int OrderedReviveQueue = 999;

    /// <summary>Parts that an acknowledgement cannot do without; queue and offset stand in its header too.</summary>
    const int PartsMin = 6;

    public required long StartOffset { get; init; }

    /// <summary>ms since 1970.</summary>
    public required long PopTime { get; init; }

    public required long InvisibleMs { get; init; }

    public required int ReviveQueueId { get; init; }

    /// <summary>See <see cref="PopTopics.MarkOf"/>.</summary>
    public required byte Mark { get; init; }

    public required ReadOnlySpan<byte> BrokerName { get; init; }

    public bool IsOrdered => ReviveQueueId == OrderedReviveQueue;

    /// <summary>Reads a handle; false when a part is missing or not what it should be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out PopHandle handle)
    {
        handle = default;
        Span<Range> parts = stackalloc Range[12];
        var count = 0;
        foreach (var part in text.Split((byte)' '))
        {
            if (count == parts.Length)
                return false;
            parts[count++] = part;
        }
        if (
            count < PartsMin
            || !TryNumber(text[parts[0]], out var start)
            || !TryNumber(text[parts[1]], out var popTime)
            || !TryNumber(text[parts[2]], out var invisible)
            || !TryNumber(text[parts[3]], out var queueId)
            || queueId is < 0 or > OrderedReviveQueue
        )
            return false;
        handle = new PopHandle
        {
            StartOffset = start,
            PopTime = popTime,
            InvisibleMs = invisible,
            ReviveQueueId = (int)queueId,
            Mark = text[parts[4]] is [var mark] ? mark : (byte)0,
            BrokerName = text[parts[5]],
        };
        return true;
    }

    /// <summary>Writes the handle of one message.</summary>
    public static void Write(
        ArrayBufferWriter<byte> target,
        in PopPlace place,
        byte mark,
        ReadOnlySpan<byte> broker,
        int queueId,
        long offset
    ) =>
        target
            .Number(place.StartOffset)
            .Letter((byte)' ')
            .Number(place.PopTime)
            .Letter((byte)' ')
            .Number(place.InvisibleMs)
            .Letter((byte)' ')
            .Number(place.ReviveQueueId)
            .Letter((byte)' ')
            .Letter(mark)
            .Letter((byte)' ')
            .Text(broker)
            .Letter((byte)' ')
            .Number(queueId)
            .Letter((byte)' ')
            .Number(offset);

    static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
}
