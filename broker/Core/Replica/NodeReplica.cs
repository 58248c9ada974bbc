using Broker.Core.Configuration;
using Broker.Replication;

namespace Broker.Core.Replica;

/// <summary>
/// Shows a broker to the election: its record, its log, and how it takes and leaves office. See <see cref="IReplica"/>
/// for the contract.
/// </summary>
public sealed class NodeReplica : IReplica
{
    readonly BrokerNode _node;
    readonly ReplicaRecordFile _file;
    long _probedEnd = -1;

    /// <summary>
    /// Loads the record of the node's folder, or draws a new identity for a fresh folder, and notes that it was opened.
    /// Call it before the first append.
    /// </summary>
    /// <param name="node">The recovered node.</param>
    /// <param name="file">Its record's file.</param>
    /// <param name="bootId">The kernel's boot id: another one means that unsynced bytes may be lost.</param>
    /// <param name="random">Draws the identity of a fresh folder.</param>
    /// <exception cref="ConfigException">The record is damaged.</exception>
    public NodeReplica(BrokerNode node, ReplicaRecordFile file, string bootId, Random random)
    {
        _node = node;
        _file = file;
        var record = file.Load() ?? ReplicaRecord.Create(StoreId.Draw(random));
        Record = record.Opened(End, bootId, node.Options.FlushDiskType == FlushDiskType.SyncFlush);
        file.Save(Record);
    }

    /// <inheritdoc/>
    public ReplicaRecord Record { get; private set; }

    /// <inheritdoc/>
    public bool HasLog => End > 0;

    /// <inheritdoc/>
    public long End => _node.Store.MaxPosition.Value;

    /// <inheritdoc/>
    public ValueTask SaveAsync(ReplicaRecord record, CancellationToken cancellationToken)
    {
        _file.Save(record);
        Record = record;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_node.Store.Failure.IsFaulted)
            return false;
        var end = End;
        if (end != _probedEnd)
        {
            _probedEnd = end;
            return true;
        }
        // A disk that hangs blocks this thread and no other; the caller's patience judges it.
        await Task.Factory.StartNew(
            _node.Store.Flush,
            cancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
        return true;
    }

    /// <inheritdoc/>
    public ValueTask PromoteAsync(MasterTerm term, CancellationToken cancellationToken)
    {
        _node.BecomeMaster(term.Epoch, term.AdvertisedHost);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask StepDownAsync(string why, CancellationToken cancellationToken) =>
        await _node.StepDownAsync(why);

    /// <summary>Notes that everything was flushed and the log is closed. After the node's orderly stop.</summary>
    public void Closed()
    {
        Record = Record.Closed();
        _file.Save(Record);
    }
}
