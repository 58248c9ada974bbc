namespace Broker.Replication;

/// <summary>
/// The replica whose election is run: its record on disk, its log, and what it does when it wins or loses. The broker
/// implements it over its store, tests over memory. Calls come one at a time.
/// </summary>
public interface IReplica
{
    /// <summary>The record as last written.</summary>
    ReplicaRecord Record { get; }

    /// <summary>Whether the log holds anything; the epoch table is judged by the caller.</summary>
    bool HasLog { get; }

    /// <summary>One past the log's last byte.</summary>
    long End { get; }

    /// <summary>Writes and syncs the record; when it returns, it survives a power cut.</summary>
    ValueTask SaveAsync(ReplicaRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the log makes progress: it has grown since the last call, or an empty write and, with flush Sync, a
    /// sync came back. A call that does not return within the caller's patience counts as no.
    /// </summary>
    ValueTask<bool> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Accepts sends in this epoch; the record already says so.</summary>
    ValueTask PromoteAsync(MasterTerm term, CancellationToken cancellationToken);

    /// <summary>Refuses sends, answers waiting ones with an error and closes client connections.</summary>
    ValueTask StepDownAsync(string why, CancellationToken cancellationToken);
}
