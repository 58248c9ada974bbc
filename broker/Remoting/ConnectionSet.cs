using System.Collections.Concurrent;

namespace Broker.Remoting;

/// <summary>The open connections of a server or client, and the timer that ends the idle and the stuck ones.</summary>
sealed class ConnectionSet : IDisposable
{
    /// <summary>Limits are counted in tens of seconds: a second more does not matter.</summary>
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<long, Connection> connections = new();
    readonly ConnectionEnvironment environment;
    readonly ITimer sweep;
    int count;
    TaskCompletionSource? emptied;

    public ConnectionSet(ConnectionEnvironment environment)
    {
        this.environment = environment;
        environment.Connections = this;
        sweep = environment.Time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public int Count => Volatile.Read(ref count);

    public ICollection<Connection> All => connections.Values;

    /// <summary>False: there are as many as may be.</summary>
    public bool TryAdd(Connection connection)
    {
        if (Interlocked.Increment(ref count) > environment.Options.ConnectionsMax)
        {
            Interlocked.Decrement(ref count);
            return false;
        }
        connections[connection.Id] = connection;
        return true;
    }

    public void Remove(Connection connection)
    {
        if (connections.TryRemove(connection.Id, out _) && Interlocked.Decrement(ref count) == 0)
            Volatile.Read(ref emptied)?.TrySetResult();
    }

    /// <summary>The connection with the largest receive buffer; of equals the one silent for longest.</summary>
    public Connection LargestInput(Connection first)
    {
        var largest = first;
        int charge = first.InputCharge;
        foreach (var (_, other) in connections)
        {
            int its = other.InputCharge;
            if (its < charge || (its == charge && other.LastReceived >= largest.LastReceived))
                continue;
            (largest, charge) = (other, its);
        }
        return largest;
    }

    /// <summary>Ends when all are gone, for a server that accepts no more.</summary>
    public Task EmptiedAsync()
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiter = Interlocked.CompareExchange(ref emptied, waiter, null) ?? waiter;
        if (Count == 0)
            waiter.TrySetResult();
        return waiter.Task;
    }

    public void Dispose() => sweep.Dispose();

    void Sweep()
    {
        long now = environment.Time.GetTimestamp();
        foreach (var (_, connection) in connections)
            connection.Sweep(now);
    }
}
