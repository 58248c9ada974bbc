using System.Diagnostics.Metrics;
using System.Runtime.ExceptionServices;
using Broker.Core.Cleaning;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Core.Filter;
using Broker.Core.Groups;
using Broker.Core.Offsets;
using Broker.Core.Order;
using Broker.Core.Pull;
using Broker.Core.Query;
using Broker.Core.Replica;
using Broker.Core.Reply;
using Broker.Core.Retry;
using Broker.Core.Stats;
using Broker.Core.Topics;
using Broker.Core.Transactions;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core;

/// <summary>Where the message paths meet groups, offsets and statistics.</summary>
public sealed partial class BrokerNode
{
    /// <summary>
    /// How often clients that stopped their heartbeats are looked for: a twelfth of the time they are given.
    /// </summary>
    static readonly TimeSpan SilenceScanInterval = TimeSpan.FromSeconds(10);

    /// <summary>The beat of <see cref="BrokerStats.Tick"/>.</summary>
    static readonly TimeSpan StatsBeat = TimeSpan.FromSeconds(1);

    readonly Meter _meter;
    readonly DelayService _delays;
    readonly ConsumerLag _lag;
    readonly BackgroundLife _background;
    readonly SlowConsumers _slow;
    readonly AgreementWatch _agreements;

    /// <summary>The settings of the consumer groups.</summary>
    public SubscriptionGroups Groups { get; }

    /// <summary>What groups want that filter by more than tags.</summary>
    public ConsumerFilters ConsumerFilters { get; }

    /// <summary>The consumers that are connected.</summary>
    public ConsumerGroups Consumers { get; }

    /// <summary>The producers that are connected.</summary>
    public ProducerGroups Producers { get; }

    /// <summary>How far the consumer groups are.</summary>
    public ConsumerOffsets Offsets { get; }

    /// <summary>How often messages are retried.</summary>
    public RetryLimits Retries { get; }

    /// <summary>Where delayed messages wait.</summary>
    public DelayPolicy Delays { get; }

    /// <summary>What went through the broker.</summary>
    public BrokerStats Stats { get; }

    /// <summary>Which members consume which queues in order.</summary>
    public QueueLocks Locks { get; }

    /// <summary>Messages that are decided upon after they were stored.</summary>
    internal TransactionService Transactions { get; }

    /// <summary>What was refused, by reason.</summary>
    internal Refusals Refusals { get; }

    internal void CommitOffset(ReadOnlySpan<byte> group, ReadOnlySpan<byte> topic, int queueId, long offset) =>
        Offsets.Commit(group, topic, queueId, offset);

    internal void MessagesStored(Topic topic, int queueId, int messages, int bytes) =>
        Stats.OnStored(topic, messages, bytes);

    internal void MessagesDelivered(Topic topic, SubscriptionGroup group, int queueId, int messages, int bytes) =>
        Stats.OnDelivered(topic, group.NameUtf8, messages, bytes);

    /// <summary>Registers the processors of groups and offsets.</summary>
    /// <returns>What to call when a connection has ended.</returns>
    Action<Connection> ConnectGroups()
    {
        var heartbeats = new HeartbeatProcessor(
            Groups,
            Consumers,
            Producers,
            Topics,
            ConsumerFilters,
            Stats.Clients,
            Time
        );
        heartbeats.Register(_processors);
        new ClientConfigProcessor(Options, Filters).Register(_processors);
        new MembershipProcessor(Consumers, Producers).Register(_processors);
        new GroupAdmin(Groups, Offsets, () => Standing, _logger).Register(_processors);
        new GroupOffsetProcessor(Offsets, Topics, Groups, Store).Register(_processors);
        new QueueOffsetProcessor(Topics, Store).Register(_processors);
        new OffsetAdmin(
            Options,
            Offsets,
            Topics,
            Groups,
            Consumers,
            new OffsetReset(Options, Offsets, Consumers, Store, OffsetReset),
            () => Standing,
            _logger
        ).Register(_processors);
        new ConsumerRelay(Options, Consumers, Groups, Topics, Store).Register(_processors);
        new SendBackProcessor(
            Options,
            Store,
            Topics,
            Groups,
            Retries,
            Delays,
            new RetryMeters(_meter),
            Stats,
            () => Standing,
            _environment.Random
        ).Register(_processors);
        _delays.Register(_processors);
        Transactions.Register(_processors);
        new QueueLockProcessor(Locks).Register(_processors);
        new ReplyProcessor(this, _send, _meter).Register(_processors);
        ConnectTimers();
        ConnectStats();
        return heartbeats.Closed;
    }

    /// <summary>Registers what tells how the broker and its groups do.</summary>
    void ConnectStats()
    {
        new StatsItemProcessor(Options, Stats, Topics).Register(_processors);
        new StatsProcessor(Options, Stats, Topics, Consumers, Offsets, Store, () => Standing).Register(_processors);
        new ProgressProcessor(
            new GroupProgress(Options, Stats, Offsets, Store, Time),
            Topics,
            Groups,
            Consumers,
            Offsets,
            () => Standing,
            Time
        ).Register(_processors);
        new QueueEntriesProcessor(Topics, Consumers, Store).Register(_processors);
        new CleaningProcessor(Topics, Store, _logger).Register(_processors);
        new HaProcessor(Options, Store, () => Standing).Register(_processors);
        new RuntimeProcessor(
            Options,
            Stats,
            Store,
            _delays,
            _environment.Files,
            StartedAt,
            () => Standing,
            Time
        ).Register(_processors);
        PullMeters.Declare(_meter, _pull);
        _ = new BrokerMeters(_meter, Stats, _lag, Topics, Groups, Consumers, Producers);
    }

    /// <summary>Requests that wait must not wait on at an offset that is not theirs any more.</summary>
    void OffsetReset(Topic topic, int queueId, SubscriptionGroup group)
    {
        _pull.OffsetReset(topic.Log.Queue(queueId), group);
        _pop.OffsetReset(topic, queueId, group);
    }

    /// <summary>Nothing of a topic is left for the next one of its name.</summary>
    void TopicDeleted(string topic)
    {
        Offsets.RemoveTopic(topic);
        Groups.TopicDeleted(topic);
        Stats.RemoveTopic(topic);
        Locks.RemoveTopic(topic);
        Consumers.MustSayAll(ConsumerFilters.RemoveTopic(topic));
        _pop.ForgetDeleted();
    }

    /// <summary>Nothing of a group but its offsets, which an administrator may want to keep, is left.</summary>
    void GroupDeleted(string group)
    {
        Stats.RemoveGroup(group);
        Locks.RemoveGroup(group);
        Retries.Remove(group);
        Consumers.MustSayAll(ConsumerFilters.RemoveGroup(group));
        _pop.ForgetDeleted();
    }

    void StartBackground()
    {
        _delays.Start();
        Transactions.Start();
        Timers.Start();
        _pop.Start();
        var persistInterval = TimeSpan.FromMilliseconds(Options.FlushConsumerOffsetIntervalMs);
        _background.Start(cancellation =>
            Task.WhenAll(
                RepeatAsync("Writing the state files", persistInterval, Persist, cancellation),
                RepeatAsync("Taking samples", StatsBeat, Stats.Tick, cancellation),
                RepeatAsync("Closing silent clients", SilenceScanInterval, CloseSilent, cancellation),
                RepeatAsync("Comparing subscriptions", AgreementWatch.Interval, _agreements.Look, cancellation),
                RepeatAsync("Looking for slow consumers", SlowConsumers.Interval, _slow.Look, cancellation)
            )
        );
    }

    async Task StopBackgroundAsync()
    {
        if (!await _background.StopAsync())
            return;
        await _delays.StopAsync();
        await Transactions.StopAsync();
        await Timers.StopAsync();
        await _pop.StopAsync();
    }

    /// <summary>Writes what has changed. A file that cannot be written does not keep the others from it.</summary>
    void Persist()
    {
        Exception? failure = null;
        TryPersist(Offsets.Persist, ref failure);
        TryPersist(ConsumerFilters.Persist, ref failure);
        TryPersist(Groups.Persist, ref failure);
        TryPersist(Retries.Persist, ref failure);
        TryPersist(_delays.Persist, ref failure);
        TryPersist(_pop.Persist, ref failure);
        TryPersist(Locks.Persist, ref failure);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }

    static void TryPersist(Action persist, ref Exception? failure)
    {
        try
        {
            persist();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure ??= e;
        }
    }

    void CloseSilent()
    {
        var limit = TimeSpan.FromMilliseconds(Options.ChannelExpiredTimeoutMs);
        var count = Consumers.CloseSilent(limit);
        Producers.ForgetSilent(limit);
        Locks.Sweep();
        if (count > 0)
            GroupLog.SilentClosed(_logger, count);
    }

    async Task RepeatAsync(string name, TimeSpan interval, Action work, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(interval, Time);
        while (await timer.WaitForNextTickAsync(cancellation))
            Attempt(name, work);
    }

    /// <summary>What fails now is tried again with the next tick: a full disk may have room by then.</summary>
    void Attempt(string name, Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure)
        {
            CoreLog.BackgroundFailed(_logger, failure, name);
        }
    }
}
