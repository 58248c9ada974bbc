using System.Diagnostics.Metrics;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Delay;

/// <summary>Delivers delayed messages when they are due: one loop per level, while this broker is the master.</summary>
public sealed class DelayService : IAsyncDisposable
{
    readonly DelayOffsets _offsets;
    readonly MessageStore _store;
    readonly DeliveredCopies _copies = new();
    readonly LevelDelivery[] _levels;
    readonly BackgroundLife _life;

    /// <summary>Reads how far each level is; nothing is delivered before <see cref="Start"/>.</summary>
    /// <exception cref="Configuration.ConfigException">The file of the offsets is damaged.</exception>
    public DelayService(
        DelayPolicy policy,
        MessageStore store,
        TopicTable topics,
        Meter meter,
        TimeProvider time,
        ILogger logger
    )
    {
        _store = store;
        _life = new BackgroundLife("Delivering delayed messages", time, logger);
        _offsets = new DelayOffsets(store.Config, time, policy.Levels);
        _levels =
        [
            .. Enumerable
                .Range(1, policy.Levels)
                .Select(level => new LevelDelivery(level, policy, _offsets, _copies, store, topics, time, logger)),
        ];
        meter.CreateObservableGauge(
            "rocketmq_delay_pending_messages",
            Pending,
            description: "Messages that wait for their time, by delay level."
        );
    }

    /// <summary>Begins to deliver. Nothing happens when it does already.</summary>
    public void Start() => _life.Start(RunAsync);

    /// <summary>Stops after the deliveries that are under way.</summary>
    public Task StopAsync() => _life.StopAsync();

    /// <summary>Writes how far each level is.</summary>
    public void Persist()
    {
        var settled = new LogPosition(_levels.Min(level => level.SettledTo().Value));
        if (_copies.Count > 0 && Array.TrueForAll(_levels, level => level.HasCaughtUp))
            _copies.Clear();
        // While copies from before the start are still to be met, a second crash must find them, too.
        if (_copies.Count > 0 && _offsets.DeliveredTo is { } before)
            settled = before;
        _offsets.Persist(settled, () => _store.Sync());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Serves GET_ALL_DELAY_OFFSET (45).</summary>
    internal void Register(ProcessorTable processors) =>
        processors.Map(RequestCode.GetAllDelayOffset, request => request.Reply(_offsets.ToBody()));

    /// <summary>How many messages were delivered of each level that was used, and how many were put into it.</summary>
    internal IEnumerable<(int Level, long Delivered, long End)> Progress() =>
        _levels.Select((level, i) => (i + 1, level.Delivered, level.End)).Where(one => one.End > 0);

    /// <summary>What was delivered before a crash and not noted is found in the log, and not delivered again.</summary>
    Task RunAsync(CancellationToken cancellation)
    {
        foreach (var level in _levels)
            level.HasCaughtUp = false;
        _copies.Clear();
        if (_offsets.DeliveredTo is { } position)
            _copies.Collect(_store, position);
        else
            _offsets.Begin(_store.MaxPosition);
        return Task.WhenAll(
            _levels.Select(level => Task.Run(() => level.RunAsync(cancellation), CancellationToken.None))
        );
    }

    IEnumerable<Measurement<long>> Pending()
    {
        for (var i = 0; i < _levels.Length; i++)
            yield return new Measurement<long>(_levels[i].Pending, new KeyValuePair<string, object?>("level", i + 1));
    }
}
