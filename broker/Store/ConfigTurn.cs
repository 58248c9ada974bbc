namespace Broker.Store;

/// <summary>
/// Lets one of the threads that serve requests change files of <c>config/</c> at a time: each change waits for the disk,
/// and together they could occupy every thread there is.
/// </summary>
public sealed class ConfigTurn
{
    readonly Lock _gate = new();
    int _holder;
    int _depth;

    /// <summary>Makes what a thread gets thrown whose turn it is not; without it nobody has to wait.</summary>
    public Func<Exception>? Busy { get; set; }

    /// <summary>Told when the turn has become free, outside of every lock.</summary>
    public Action? Freed { get; set; }

    /// <summary>Whether nobody has it.</summary>
    public bool IsFree => Volatile.Read(ref _depth) == 0;

    /// <summary>Takes the turn until the result is disposed, on the same thread. It may be taken again within.</summary>
    /// <exception cref="Exception">As <see cref="Busy"/> makes it: another thread has the turn.</exception>
    public Holding Take()
    {
        if (Busy is not { } busy)
            return default;
        lock (_gate)
        {
            if (_depth == 0 || _holder == Environment.CurrentManagedThreadId)
            {
                _holder = Environment.CurrentManagedThreadId;
                _depth++;
                return new Holding(this);
            }
        }
        throw busy();
    }

    void Leave()
    {
        lock (_gate)
        {
            if (--_depth > 0)
                return;
        }
        Freed?.Invoke();
    }

    /// <summary>The turn, for a while.</summary>
    public readonly struct Holding : IDisposable
    {
        readonly ConfigTurn? _turn;

        internal Holding(ConfigTurn turn) => _turn = turn;

        /// <inheritdoc/>
        public void Dispose() => _turn?.Leave();
    }
}
