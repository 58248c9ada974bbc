using System.Diagnostics.Metrics;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Order;

/// <summary>
/// Which member of a group may consume a queue in order: one at a time (protocol.md §4.9). A lock ends 60 s after it
/// was last asked for; clients ask every 20 s and stop after 30 s without a grant, so two never work on one queue.
/// For the same reason a lock outlives its client's connection, and a restart of the broker: its holder gets it at
/// once, and others when the holder can be at work no longer. Any thread may call.
/// </summary>
public sealed class QueueLocks
{
    /// <summary>
    /// Locks at the same time: 10,000 topics of 8 queues are 80,000 for one group that orders them all; some 300 bytes
    /// each, so 60 MB at most.
    /// </summary>
    internal const int LocksMax = 200_000;

    /// <summary>The longest name that a lock keeps: of a group or a topic; nothing longer exists.</summary>
    internal const int NameCharsMax = 255;

    static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>A client stops so long after its last grant, which was before the broker's start.</summary>
    static readonly TimeSpan LifeAfterStart = TimeSpan.FromSeconds(30);

    readonly Lock _sync = new();
    readonly Dictionary<LockKey, Holder> _locks = [];

    /// <summary>How many locks each group has, and when the newest was asked for.</summary>
    readonly Dictionary<string, (int Count, long Newest)> _groups = [];
    readonly TimeProvider _time;
    readonly LockJournal _journal;

    /// <summary>Reads who held locks when the broker stopped.</summary>
    /// <param name="files">Where they are kept.</param>
    /// <param name="meter">Takes the gauge of held locks.</param>
    /// <param name="time">The clock that locks expire by.</param>
    /// <param name="logger">Told when they cannot be kept.</param>
    public QueueLocks(ConfigFolder files, Meter meter, TimeProvider time, ILogger logger, RequestTurn? turn = null)
    {
        _time = time;
        _journal = new LockJournal(files, logger, turn);
        var since = time.GetTimestamp() - (long)((Life - LifeAfterStart).TotalSeconds * time.TimestampFrequency);
        foreach (var (key, client) in _journal.Load().Take(LocksMax))
            SetLocked(key, new Holder(client, since));
        meter.CreateObservableGauge(
            "rocketmq_queue_locks",
            () => Count,
            description: $"Queues that consumers hold for consumption in order, of at most {LocksMax}."
        );
    }

    /// <summary>Locks that are held or have expired since the last sweep.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
                return _locks.Count;
        }
    }

    /// <summary>Takes or renews locks; returns those of the queues that the client holds now.</summary>
    public IReadOnlyList<MessageQueue> Take(string group, string clientId, IReadOnlyList<MessageQueue> queues)
    {
        var held = new List<MessageQueue>(queues.Count);
        lock (_sync)
        {
            var now = _time.GetTimestamp();
            foreach (var queue in queues)
            {
                if (TryTakeLocked(new LockKey(group, queue), clientId, now))
                    held.Add(queue);
            }
        }
        // Before anybody works on them. Where everybody only renews, the usual case, there is nothing to write.
        _journal.Write();
        return held;
    }

    /// <summary>Gives locks up. Those of others stay.</summary>
    public void Release(string group, string clientId, IReadOnlyList<MessageQueue> queues)
    {
        lock (_sync)
        {
            foreach (var queue in queues)
            {
                var key = new LockKey(group, queue);
                if (_locks.TryGetValue(key, out var holder) && holder.ClientId == clientId)
                    RemoveLocked(key);
            }
        }
        _journal.Write();
    }

    /// <summary>Whether members of the group hold queues: it consumes in order.</summary>
    internal bool AreHeldBy(string group)
    {
        lock (_sync)
            return _groups.TryGetValue(group, out var held) && _time.GetElapsedTime(held.Newest) <= Life;
    }

    /// <summary>Makes durable who holds what, and tidies the file up.</summary>
    internal void Persist() =>
        _journal.Persist(
            _sync,
            () => _locks.Count,
            () => _locks.Select(one => KeyValuePair.Create(one.Key, one.Value.ClientId))
        );

    /// <summary>Forgets the locks of a topic that was deleted.</summary>
    internal void RemoveTopic(string topic)
    {
        lock (_sync)
            RemoveLocked((key, _) => key.Queue.Topic == topic);
        _journal.Write();
    }

    /// <summary>Forgets the locks of a group that was deleted.</summary>
    internal void RemoveGroup(string group)
    {
        lock (_sync)
            RemoveLocked((key, _) => key.Group == group);
        _journal.Write();
    }

    /// <summary>Forgets locks that have expired.</summary>
    internal void Sweep()
    {
        lock (_sync)
            SweepLocked(_time.GetTimestamp());
        _journal.Write();
    }

    bool TryTakeLocked(LockKey key, string clientId, long now)
    {
        if (_locks.TryGetValue(key, out var holder))
        {
            if (holder.ClientId != clientId && !IsOver(holder, now))
                return false;
        }
        else if (!HasRoomLocked(key, clientId, now))
        {
            return false;
        }
        if (holder.ClientId != clientId)
            _journal.Add(key, clientId);
        SetLocked(key, new Holder(clientId, now));
        return true;
    }

    void SetLocked(LockKey key, Holder holder)
    {
        var count = _groups.GetValueOrDefault(key.Group).Count;
        _groups[key.Group] = (_locks.ContainsKey(key) ? count : count + 1, holder.Since);
        _locks[key] = holder;
    }

    bool HasRoomLocked(LockKey key, string clientId, long now)
    {
        if (key.Group.Length > NameCharsMax || key.Queue.Topic.Length > NameCharsMax)
            return false;
        if (key.Queue.BrokerName.Length > NameCharsMax || clientId.Length > NameCharsMax)
            return false;
        if (_locks.Count >= LocksMax)
            SweepLocked(now);
        return _locks.Count < LocksMax;
    }

    void SweepLocked(long now) => RemoveLocked((_, holder) => IsOver(holder, now));

    void RemoveLocked(LockKey key)
    {
        _locks.Remove(key);
        var (count, newest) = _groups[key.Group];
        if (count == 1)
            _groups.Remove(key.Group);
        else
            _groups[key.Group] = (count - 1, newest);
        _journal.Add(key, clientId: null);
    }

    void RemoveLocked(Func<LockKey, Holder, bool> condition)
    {
        foreach (var (key, holder) in _locks)
        {
            // Removing while walking is allowed: only additions end the walk.
            if (condition(key, holder))
                RemoveLocked(key);
        }
    }

    bool IsOver(in Holder holder, long now) => _time.GetElapsedTime(holder.Since, now) > Life;

    readonly record struct Holder(string ClientId, long Since);
}
