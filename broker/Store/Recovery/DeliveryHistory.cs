namespace Broker.Store.Recovery;

/// <summary>
/// How far messages were delivered some time ago, and when the last of them was stored. One entry for a second at most,
/// of the time that queues may keep entries to themselves. Not thread-safe.
/// </summary>
sealed class DeliveryHistory
{
    static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    readonly List<Moment> _moments = [];
    readonly TimeProvider _time;
    readonly TimeSpan _span;

    /// <param name="time">The clock.</param>
    /// <param name="span">How far it goes back.</param>
    /// <param name="last">What the checkpoint of the process before knew.</param>
    public DeliveryHistory(TimeProvider time, TimeSpan span, Checkpoint last)
    {
        _time = time;
        _span = span;
        _moments.Add(new Moment(time.GetTimestamp(), last.DeliveredPosition, last.QueueTimestamp));
    }

    /// <summary>What was delivered that long ago, or before.</summary>
    public long OldPosition => IsOld(_moments[0]) ? _moments[0].Position : 0;

    /// <summary>Notes how far it is now.</summary>
    public void Note(long position, long storeTimestamp)
    {
        while (_moments.Count > 1 && IsOld(_moments[1]))
            _moments.RemoveAt(0);
        if (_time.GetElapsedTime(_moments[^1].At) >= Step)
            _moments.Add(new Moment(_time.GetTimestamp(), position, storeTimestamp));
    }

    /// <summary>
    /// The time in ms since 1970 at which the message in front of the position was stored, or one before it.
    /// </summary>
    public long TimestampBefore(long position)
    {
        var timestamp = _moments[0].StoreTimestamp;
        foreach (var moment in _moments)
        {
            if (moment.Position <= position)
                timestamp = moment.StoreTimestamp;
        }

        return timestamp;
    }

    bool IsOld(in Moment moment) => _time.GetElapsedTime(moment.At) >= _span;

    readonly record struct Moment(long At, long Position, long StoreTimestamp);
}
