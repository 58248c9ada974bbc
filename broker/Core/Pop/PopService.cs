using System.Diagnostics.Metrics;
using Broker.Core.Groups;
using Broker.Core.Topics;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Pop;

/// <summary>
/// POP consumption (protocol.md §4.10): the broker hands messages out to whoever asks and remembers who has to
/// acknowledge them, so consumers need not own queues. This is where its parts are connected.
/// </summary>
sealed class PopService : IDisposable
{
    /// <summary>How often lists that nobody waits in are looked for.</summary>
    static readonly TimeSpan ForgetInterval = TimeSpan.FromMinutes(1);

    readonly PopGroups _groups;
    readonly ReviveLog _log;
    readonly ReviveService _revive;
    readonly OrderTable _orders;
    readonly PopProcessor _pops;
    readonly PeekProcessor _peeks;
    readonly AckProcessor _acks;
    readonly InvisibleTimeProcessor _changes;
    readonly NotificationProcessor _notifications;
    readonly HeldPops _heldPops;
    readonly HeldPops _heldNotifications;
    readonly ITimer _forgetting;

    public PopService(BrokerNode node, Meter meter, Random random, ILogger logger)
    {
        var options = node.Options;
        var meters = new PopMeters(meter);
        _groups = new PopGroups(node.Topics, node.Groups, node.Offsets);
        _log = new ReviveLog(
            node.Store,
            PopTopics.ReviveLog(options.BrokerClusterName),
            options.ReviveQueueNum,
            options.BrokerName,
            () => node.Standing,
            meters,
            node.Time
        );
        _orders = new OrderTable(node.Store, _groups, _log, node.Time);
        _revive = new ReviveService(node, _log, _groups, meters, RetryArrived, logger);
        var checks = new PopChecks(node);
        var reader = new PopReader(node, _log, _revive, _orders, logger);
        var ordered = new OrderedAcks(_orders, _log);
        var retries = new RetryTopics(node, _groups, reader);
        _pops = new PopProcessor(node, _groups, checks, reader, retries, _log, _revive, random);
        _peeks = new PeekProcessor(node, _groups, checks, reader, retries, _log, random);
        _acks = new AckProcessor(node, _groups, checks, _log, _revive, ordered, meters);
        _changes = new InvisibleTimeProcessor(node, _groups, checks, _log, _revive, ordered, _acks);
        _notifications = new NotificationProcessor(node, _groups, checks, reader, _log, _revive);
        _heldPops = new HeldPops(() => options.MaxPopPollingSize, _pops.Read, node.Gather, node.Store, node.Time);
        _heldNotifications = new HeldPops(
            () => options.MaxPopPollingSize,
            _notifications.Look,
            node.Gather,
            node.Store,
            node.Time,
            newestFirst: true
        );
        _pops.HoldIn(_heldPops);
        _notifications.HoldIn(_heldNotifications, _heldPops);
        ordered.Tell(_heldPops);
        PopMeters.Declare(meter, _log, _groups, _heldPops, _heldNotifications);
        _forgetting = node.Time.CreateTimer(_ => ForgetEmpty(), null, ForgetInterval, ForgetInterval);
    }

    /// <summary>Pops that wait.</summary>
    public int HeldCount => _heldPops.Count;

    /// <summary>Notifications that wait.</summary>
    public int HeldNotificationCount => _heldNotifications.Count;

    /// <summary>Checkpoints that are not done.</summary>
    public int CheckpointCount => _log.Queues.Sum(queue => queue.Count);

    /// <summary>Registers the processors.</summary>
    public void Register(ProcessorTable processors)
    {
        processors
            .Map(
                RequestCode.PopMessage,
                _pops,
                [
                    .. PopChecks.ReadRefusals,
                    ResponseCode.ServiceNotAvailable,
                    ResponseCode.SubscriptionParseFailed,
                    ResponseCode.PollingFull,
                    ResponseCode.PollingTimeout,
                ]
            )
            .Map(RequestCode.PeekMessage, _peeks, [.. PopChecks.ReadRefusals, ResponseCode.PullNotFound])
            .Map(
                RequestCode.ChangeMessageInvisibleTime,
                _changes,
                ResponseCode.ServiceNotAvailable,
                ResponseCode.TopicNotExist,
                ResponseCode.MessageIllegal,
                ResponseCode.NoMessage
            )
            .Map(RequestCode.PopRollback, StayOnFiles);
        _acks.Register(processors);
        _notifications.Register(processors);
    }

    /// <summary>
    /// POP_ROLLBACK (200056): Apache moves what is popped from its key-value store back to files. Ours is never
    /// elsewhere.
    /// </summary>
    static void StayOnFiles(Request request) => request.Reply(ResponseCode.Success);

    /// <summary>Reads what the last master left and begins. Nothing happens when it has begun already.</summary>
    public void Start()
    {
        if (_revive.IsServing)
            return;
        _revive.Start();
        _orders.Load();
    }

    /// <summary>Ends, with everything in the revive log that the next master has to know.</summary>
    public async Task StopAsync()
    {
        await _revive.StopAsync();
        _orders.Persist();
    }

    /// <summary>Writes what is out in ordered consumption.</summary>
    public void Persist() => _orders.Persist();

    /// <summary>A message became readable.</summary>
    public void Arrived(in Arrival arrival)
    {
        _heldPops.Arrived(arrival);
        _heldNotifications.Arrived(arrival);
    }

    /// <summary>Drops what waits for a connection.</summary>
    public void Closed(Connection connection)
    {
        _heldPops.Closed(connection);
        _heldNotifications.Closed(connection);
    }

    /// <summary>Answers all that waits; from now on nothing waits.</summary>
    public void AnswerAll()
    {
        _heldPops.AnswerAll();
        _heldNotifications.AnswerAll();
    }

    /// <summary>
    /// An administrator moved a group's offset: whoever waits looks again, and with the next look the queue goes on
    /// there.
    /// </summary>
    public void OffsetReset(Topic topic, int queueId, SubscriptionGroup group)
    {
        if (!_groups.TryGetKnown(topic, group, out var pair))
            return;
        _heldPops.Wake(pair, queueId);
        _heldNotifications.Wake(pair, queueId);
    }

    /// <summary>
    /// Forgets what belongs to deleted topics and groups, on disk too: the next ones of their names begin anew.
    /// </summary>
    public void ForgetDeleted()
    {
        if (_groups.ForgetDeleted() == 0)
            return;
        _orders.Changed();
        ForgetEmpty();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _forgetting.Dispose();
        _heldPops.Dispose();
        _heldNotifications.Dispose();
    }

    void RetryArrived(PopGroup popped)
    {
        // Checkpoints of retries belong to the retry topic; consumers wait for the topic that they subscribed to.
        if (
            !_groups.TryGet(System.Text.Encoding.UTF8.GetBytes(popped.NormalName), popped.Group.NameUtf8, out var group)
        )
            return;
        _heldPops.WakeAll(group);
        _heldNotifications.WakeAll(group);
    }

    void ForgetEmpty()
    {
        _heldPops.ForgetEmpty();
        _heldNotifications.ForgetEmpty();
    }
}
