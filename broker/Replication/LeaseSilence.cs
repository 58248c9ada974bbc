namespace Broker.Replication;

/// <summary>
/// How long a Lease's holder has been silent, by the reader's own monotonic clock (replication.md §4.2). The Lease's
/// <c>renewTime</c> is never compared with a clock; a gap in reading is not silence and starts the count anew.
/// </summary>
public readonly record struct LeaseSilence
{
    /// <summary>Reads further apart than this prove nothing about the time between them.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(5);

    string Holder { get; init; }
    long Epoch { get; init; }
    DateTimeOffset? RenewTime { get; init; }
    TimeSpan LastAnswer { get; init; }

    /// <summary>When the answer came that first showed the present holder, epoch and renewal time.</summary>
    public TimeSpan Since { get; private init; }

    /// <summary>When the latest read was sent that still showed them: the silence proved so far ends here.</summary>
    public TimeSpan Until { get; private init; }

    /// <summary>The state after one more successful read.</summary>
    /// <param name="lease">What the read showed.</param>
    /// <param name="sent">Monotonic time at which the read was sent.</param>
    /// <param name="answered">Monotonic time at which its answer came.</param>
    public LeaseSilence Observe(LeaseState lease, TimeSpan sent, TimeSpan answered)
    {
        var same =
            Holder is not null && Holder == lease.Holder && Epoch == lease.Set.Epoch && RenewTime == lease.RenewTime;
        var gap = sent - LastAnswer > LongestGap;
        return same && !gap
            ? this with
            {
                Until = sent,
                LastAnswer = answered,
            }
            : new LeaseSilence
            {
                Holder = lease.Holder,
                Epoch = lease.Set.Epoch,
                RenewTime = lease.RenewTime,
                Since = answered,
                Until = answered,
                LastAnswer = answered,
            };
    }

    /// <summary>Whether the holder has been silent for the duration that its Lease gives it.</summary>
    public bool HasLasted(int durationSeconds) => Until - Since >= TimeSpan.FromSeconds(durationSeconds);
}
