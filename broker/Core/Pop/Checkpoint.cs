using System.Numerics;
using Broker.Core.Waiting;
using Broker.Store;

namespace Broker.Core.Pop;

/// <summary>
/// Messages of one queue that one pop handed out, and which of them are acknowledged. Guarded by its queue's lock,
/// except
/// for the place in the heap and in the list of stored ones, which its revive queue guards. It is told itself when its
/// record is stored. One that never left memory is used again.
/// </summary>
sealed class Checkpoint(ReviveQueue revive) : AppendCompletion, IDeadline
{
    /// <summary>As many as one pop may return; one bit each.</summary>
    public const int MessagesMax = 32;

    int[] _distances = [];
    uint _revived;

    public PopQueue Queue { get; private set; } = null!;

    public ReviveQueue Revive { get; } = revive;

    public CheckpointState State { get; set; }

    public long StartOffset { get; private set; }

    /// <summary>ms since 1970.</summary>
    public long PopTime { get; private set; }

    public long InvisibleMs { get; private set; }

    /// <summary>Chains those that are kept for later use.</summary>
    public Checkpoint? NextSpare { get; set; }

    /// <summary>Messages handed out.</summary>
    public int Messages { get; private set; }

    /// <summary>One bit per message.</summary>
    public uint Acked { get; private set; }

    /// <summary>The bits of <see cref="Acked"/> that the revive log knows of.</summary>
    public uint Logged { get; set; }

    /// <summary>The queue's offset once this one is done or stored.</summary>
    public long NextOffset { get; set; }

    /// <summary>Where its record is in the revive log; -1 before it is there.</summary>
    public long ReviveOffset { get; set; } = -1;

    /// <summary>The bits of the messages that are in a retry topic.</summary>
    public uint RevivedBits => Volatile.Read(ref _revived);

    /// <summary>The next one in the order of offsets, among those that are not committed yet.</summary>
    public Checkpoint? NextOpen { get; set; }

    /// <summary>Neighbours in the order of the revive log.</summary>
    public Checkpoint? PreviousStored { get; set; }

    /// <summary>See <see cref="PreviousStored"/>.</summary>
    public Checkpoint? NextStored { get; set; }

    /// <summary>What the store said about the record; read after it is queued.</summary>
    public AppendStatus Outcome { get; private set; }

    /// <inheritdoc/>
    public long DeadlineMs { get; set; }

    /// <inheritdoc/>
    public int HeapIndex { get; set; } = -1;

    public CheckpointKey Key => new(StartOffset, PopTime);

    /// <summary>When what is not acknowledged may be delivered again, ms since 1970.</summary>
    public long ReviveTime => PopTime + InvisibleMs;

    public bool IsAcked => BitOperations.PopCount(Acked) == Messages;

    /// <summary>The bits of all messages.</summary>
    public uint All => Messages == MessagesMax ? uint.MaxValue : (1u << Messages) - 1;

    /// <summary>Begins anew.</summary>
    public void Begin(PopQueue queue, in PopPlace place)
    {
        Queue = queue;
        StartOffset = place.StartOffset;
        PopTime = place.PopTime;
        InvisibleMs = place.InvisibleMs;
        State = CheckpointState.Fresh;
        Messages = 0;
        Acked = Logged = _revived = 0;
        NextOffset = 0;
        ReviveOffset = -1;
        NextOpen = NextSpare = null;
    }

    /// <summary>Hands out one more message.</summary>
    public void Add(long offset)
    {
        if (Messages == _distances.Length)
            Array.Resize(ref _distances, Math.Max(4, _distances.Length * 2));
        _distances[Messages++] = (int)(offset - StartOffset);
    }

    /// <summary>The offset of a message.</summary>
    public long OffsetOf(int index) => StartOffset + _distances[index];

    /// <summary>The distance of a message from <see cref="StartOffset"/>.</summary>
    public int DistanceOf(int index) => _distances[index];

    /// <summary>The number of the message at an offset, -1 when it is not of this checkpoint.</summary>
    public int IndexOf(long offset) =>
        offset - StartOffset is >= 0 and <= int.MaxValue and var distance
            ? _distances.AsSpan(0, Messages).IndexOf((int)distance)
            : -1;

    /// <summary>Marks a message; false when it was marked before.</summary>
    public bool Ack(int index)
    {
        var before = Acked;
        Acked |= 1u << index;
        return Acked != before;
    }

    /// <summary>Marks several at once.</summary>
    public void Ack(uint bits) => Acked |= bits & All;

    /// <summary>A message is in a retry topic, or gone for good. From any thread.</summary>
    public void Revived(int index) => Interlocked.Or(ref _revived, 1u << index);

    /// <inheritdoc/>
    public override void Completed(AppendStatus outcome)
    {
        Outcome = outcome;
        Revive.Appended(this);
    }
}
