using System.Diagnostics.Metrics;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Transactions;

/// <summary>
/// Transactions (protocol.md §4.8): the half topic, the decisions, and, while this broker is the master, the checks of
/// what is undecided.
/// </summary>
sealed class TransactionService : IAsyncDisposable
{
    readonly BrokerNode _node;
    readonly ILogger _logger;
    readonly HalfTopic _halves;
    readonly CheckPass _pass;
    readonly EndTransactionProcessor _end;
    readonly ResumeProcessor _resume;
    readonly BackgroundLife _life;
    Topic? _topic;

    public TransactionService(BrokerNode node, Meter meter, ILogger logger)
    {
        _node = node;
        _logger = logger;
        _life = new BackgroundLife("Checking transactions", node.Time, logger);
        _halves = new HalfTopic(node.Options, node.Store, node.Offsets, () => node.Standing, node.Time, logger);
        var meters = new TransactionMeters(meter, _halves);
        var finder = new HalfCopyFinder(node.Store);
        _end = new EndTransactionProcessor(node, _halves, finder, meters);
        _pass = new CheckPass(node, _halves, new CheckRequests(node, logger), meters, logger);
        _resume = new ResumeProcessor(node, _halves, finder);
        meter.CreateObservableGauge(
            "rocketmq_transaction_late_decisions_waiting",
            () => _end.Waiting,
            description: "Decisions of transactions that wait to know where their message is."
        );
    }

    /// <summary>The topic that half messages are stored in.</summary>
    public Topic Topic => _topic ??= _node.Topics.GetOrCreate(SystemTopics.Own(TopicName.Half));

    /// <summary>No more transactions can be begun until some are decided.</summary>
    public bool IsFull => _halves.OpenCount >= HalfTopic.OpenMax;

    public void Register(ProcessorTable processors)
    {
        processors.Map(
            RequestCode.EndTransaction,
            _end,
            ResponseCode.SlaveNotAvailable,
            ResponseCode.IllegalOperation,
            ResponseCode.MessageIllegal,
            ResponseCode.ServiceNotAvailable
        );
        _resume.Register(processors);
    }

    /// <summary>Counts a half message that was stored.</summary>
    public void Prepared(ReadOnlySpan<byte> topic, long offset) => _halves.Prepared(topic, offset);

    /// <summary>Writes the settlements that a connection's batch has gathered.</summary>
    public void EndOfBatch() => _halves.Operations.Write();

    /// <summary>Learns what is undecided, and begins to ask. Nothing happens when it does already.</summary>
    public void Start()
    {
        _node.Topics.GetOrCreate(SystemTopics.Own(TopicName.Operations));
        _ = Topic;
        _life.Start(RunAsync);
    }

    /// <summary>Stops after the batch that is under way.</summary>
    public async Task StopAsync()
    {
        if (await _life.StopAsync())
            _halves.Forget();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _halves.Moving.Dispose();
    }

    async Task RunAsync(CancellationToken cancellation)
    {
        _halves.Load();
        while (!cancellation.IsCancellationRequested)
        {
            await Task.Delay(
                    TimeSpan.FromMilliseconds(_node.Options.TransactionCheckIntervalMs),
                    _node.Time,
                    cancellation
                )
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryCheckAsync(cancellation);
        }
    }

    /// <summary>One unexpected failure must not end the checks for good.</summary>
    async Task TryCheckAsync(CancellationToken cancellation)
    {
        try
        {
            if (!cancellation.IsCancellationRequested)
                await _pass.RunAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The node stops or steps down.
        }
        catch (Exception failure)
        {
            TransactionLog.Failed(_logger, failure);
        }
    }
}
