namespace Broker.Remoting;

/// <summary>
/// Lets one of the threads that serve requests at a time do what waits for a disk: together they could occupy every
/// thread there is. The next ones' requests stay at their connections.
/// </summary>
public sealed class RequestTurn : IDisposable
{
    /// <summary>One of them gets its turn, others may find that they need none.</summary>
    const int WokenMax = 8;

    /// <summary>Clients have given up before, and a disk that hangs for longer is broken.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly Lock _gate = new();
    readonly WaitingConnections _waiting;
    readonly string _what;
    int _holder;
    int _depth;

    /// <param name="what">What is changed, for who has waited too long: "topics".</param>
    /// <param name="time">The clock of their limit, 30 s.</param>
    public RequestTurn(string what, TimeProvider time)
    {
        _what = what;
        _waiting = new WaitingConnections(() => Volatile.Read(ref _depth) == 0, WokenMax, time);
    }

    /// <summary>Connections that wait for their turn.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>
    /// Takes the turn until the result is disposed, on the same thread; it may be taken again within. Threads that
    /// serve no requests need none. To be called before any lock.
    /// </summary>
    /// <exception cref="PostponedException">Another thread has it.</exception>
    public Holding Take()
    {
        if (!ServingThread.IsServing)
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
        throw new PostponedException(
            request => _waiting.TryPostpone(request, Limit),
            $"[BUSY]the disk has taken no change of {_what} for {Limit.TotalSeconds:0} s: try again"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => _waiting.Dispose();

    void Leave()
    {
        lock (_gate)
        {
            if (--_depth > 0)
                return;
        }
        _waiting.Wake();
    }

    /// <summary>The turn, for a while.</summary>
    public readonly struct Holding : IDisposable
    {
        readonly RequestTurn? _turn;

        internal Holding(RequestTurn turn) => _turn = turn;

        /// <inheritdoc/>
        public void Dispose() => _turn?.Leave();
    }
}
