using Broker.Replication;

namespace Scenarios.Doubles;

/// <summary>A replica whose volume is memory. It keeps what happened to it in order.</summary>
sealed class ReplicaDouble(ReplicaRecord record) : IReplica
{
    readonly Lock _gate = new();
    readonly List<string> _happened = [];

    public ReplicaRecord Record { get; private set; } = record;

    public bool HasLog { get; set; }

    public long End { get; set; }

    public bool Hangs { get; set; }

    public MasterTerm? Term { get; private set; }

    public IReadOnlyList<string> Happened
    {
        get
        {
            lock (_gate)
                return [.. _happened];
        }
    }

    public static ReplicaDouble Fresh(int seed) => new(ReplicaRecord.Create(StoreId.Draw(new Random(seed))));

    public ValueTask SaveAsync(ReplicaRecord record, CancellationToken cancellationToken)
    {
        if (record.Promise != Record.Promise)
            Note($"promise {record.Promise}");
        if (record.LastEpoch != Record.LastEpoch)
            Note($"epoch {record.LastEpoch}");
        Record = record;
        return ValueTask.CompletedTask;
    }

    public async ValueTask<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        if (Hangs)
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return true;
    }

    public ValueTask PromoteAsync(MasterTerm term, CancellationToken cancellationToken)
    {
        Note($"master {term.Epoch} at {term.AdvertisedHost}");
        Term = term;
        return ValueTask.CompletedTask;
    }

    public ValueTask StepDownAsync(string why, CancellationToken cancellationToken)
    {
        Note("step down");
        Term = null;
        return ValueTask.CompletedTask;
    }

    void Note(string what)
    {
        lock (_gate)
            _happened.Add(what);
    }
}
