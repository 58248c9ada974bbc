namespace Broker.Store.Queues;

/// <content>Which entries are believed, and how wrong ones are replaced.</content>
public sealed partial class ConsumeQueue
{
    /// <summary>
    /// Entries from here on were added by this process, or by its recovery from verified messages. Those before it are
    /// compared with the log when they are first read.
    /// </summary>
    long _sureFrom;
    SoundEntries? _sound;

    /// <summary>Whether the entry and its message need no comparison.</summary>
    internal bool IsSound(long offset) =>
        offset >= Volatile.Read(ref _sureFrom) || Volatile.Read(ref _sound)?.Contains(offset) == true;

    /// <summary>The entry was compared with its message, which is intact.</summary>
    internal void NoteSound(long offset)
    {
        var sound = Volatile.Read(ref _sound);
        if (sound == null)
        {
            var created = new SoundEntries(MinOffset.Value, Volatile.Read(ref _sureFrom), _context.TryTakeSoundPiece);
            sound = Interlocked.CompareExchange(ref _sound, created, null) ?? created;
        }

        sound.Add(offset);
    }

    /// <summary>Replaces entries that are in the files; those that are only in memory are right.</summary>
    internal void Rewrite(long offset, ReadOnlySpan<byte> entries)
    {
        bool isFirst;
        lock (_fileGate)
        {
            lock (_gate)
            {
                var stored = Math.Min(_stored - offset, entries.Length / QueueEntryLayout.Bytes);
                if (_isDeleted || stored <= 0)
                    return;
                entries = entries[..((int)stored * QueueEntryLayout.Bytes)];
            }

            // Retention may have been faster: a file in front of the queue must not come back.
            if (offset < Min())
                return;

            _files.Write(offset, entries);
            lock (_gate)
            {
                ReplaceInTailLocked(offset, entries);
                isFirst = !_isListed;
                _isListed = true;
            }
        }

        // In front of everything, so that the next checkpoint makes it durable.
        if (isFirst)
            _context.Changed(this, _context.LogMin());
    }

    /// <summary>As <see cref="Read"/>, with blanks for what can be no entry: a search would be led astray.</summary>
    int ReadPlausible(long offset, Span<byte> target)
    {
        var count = Read(offset, target);
        for (var i = 0; i < count; i++)
        {
            var bytes = target[(i * QueueEntryLayout.Bytes)..];
            if (!IsPlausible(QueueEntryLayout.Read(bytes)))
                QueueEntryLayout.WriteBlank(bytes);
        }

        return count;
    }

    bool IsPlausible(in QueueEntry entry) =>
        entry.Position.Value >= 0 && entry.Size > 0 && entry.Position.Value + entry.Size <= _context.Log.EndPosition;

    /// <summary>
    /// Damaged entries in front of the first sound one are the queue's too: what expired is not damaged, and what was
    /// never written is zeros.
    /// </summary>
    long WithDamagedInFront(long offset)
    {
        var first = Math.Max(Volatile.Read(ref _min), 0);
        while (offset > first && ReadOne(offset - 1) is var entry && QueueEntryLayout.IsWritten(entry))
        {
            if (entry.Size == int.MaxValue || IsPlausible(entry))
                break;
            offset--;
        }

        return offset;
    }

    void ReplaceInTailLocked(long offset, ReadOnlySpan<byte> entries)
    {
        var skipped = Math.Max(0, _tailStart - offset) * QueueEntryLayout.Bytes;
        if (_tail.Length > 0 && skipped < entries.Length)
            entries[(int)skipped..]
                .CopyTo(_tail.AsSpan((int)(Math.Max(0, offset - _tailStart) * QueueEntryLayout.Bytes)));
    }

    /// <summary>A replayed message whose bytes were not verified leaves its entry to be compared later.</summary>
    void NoteAppended(long offset, long position)
    {
        var sureFrom = position < _context.VerifiedFrom ? offset + 1 : Math.Min(_sureFrom, offset);
        Volatile.Write(ref _sureFrom, sureFrom);
    }
}
