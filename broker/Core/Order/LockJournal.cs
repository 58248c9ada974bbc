using System.Diagnostics.CodeAnalysis;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Order;

/// <summary>
/// Who holds which queue, on disk as <c>config/queueLocks</c>, a file of our own: a line of JSON for each change, of
/// which the last one for a queue counts.
/// <code>
/// {"brokerName":"b","clientId":"c","group":"g","queueId":0,"topic":"t"}    taken
/// {"brokerName":"b","group":"g","queueId":0,"topic":"t"}                   given up
/// </code>
/// A change is in the page cache before its lock is granted, so a killed process forgets none. After a power cut those
/// of the last seconds may be missing.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Memory streams hold nothing but memory.")]
sealed class LockJournal(ConfigFolder folder, ILogger logger, RequestTurn? turn = null)
{
    const string Name = "queueLocks";

    /// <summary>Lines that do not count any more, before the file is written again without them.</summary>
    const int StaleLinesMax = 1_000;

    /// <summary>
    /// What may wait to be written; with more the whole file is written later. Every lock that there may be, 200,000
    /// at some 130 bytes, changes its holder at once.
    /// </summary>
    const int WaitingBytesMax = 32 << 20;

    /// <summary>A buffer that has grown larger is not kept.</summary>
    const int KeptBytesMax = 1 << 20;

    readonly Lock _gate = new();
    readonly Lock _writing = new();
    MemoryStream _waiting = new();
    MemoryStream _beingWritten = new();
    int _lines;
    bool _isIncomplete;
    bool _isUnsynced;

    /// <summary>Reads who holds what; an end that a crash left unfinished is passed over.</summary>
    public Dictionary<LockKey, string> Load()
    {
        var holders = new Dictionary<LockKey, string>();
        var rest = folder.ReadOriginal(Name).AsSpan();
        for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
        {
            _lines++;
            if (!FastJson.TryParse(rest[..end], out var json, out _) || json["group"].AsText() is not { } group)
            {
                _isIncomplete = true;
                continue;
            }
            var key = new LockKey(group, MessageQueue.Read(json));
            if (json["clientId"].AsText() is { } client)
                holders[key] = client;
            else
                holders.Remove(key);
        }
        // The next line must not continue this one.
        _isIncomplete |= !rest.IsEmpty;
        return holders;
    }

    /// <summary>Notes a change, in order; <see cref="Write"/> writes it.</summary>
    /// <param name="key">The queue of a group.</param>
    /// <param name="clientId">The new holder; null when there is none.</param>
    public void Add(in LockKey key, string? clientId)
    {
        var line = Line(key, clientId);
        lock (_gate)
        {
            _lines++;
            if (_waiting.Length + line.Length > WaitingBytesMax)
                _isIncomplete = true;
            else
                _waiting.Write(line);
        }
    }

    /// <summary>
    /// Writes what was noted, by whomever. A failure is logged, and made up for by <see cref="Persist"/>.
    /// </summary>
    public void Write()
    {
        if (!IsBehind)
            return;
        using var change = turn?.Take() ?? default;
        lock (_writing)
        {
            lock (_gate)
            {
                // What is not written here would come behind what is.
                if (_waiting.Length == 0 || _isIncomplete)
                    return;
                (_waiting, _beingWritten) = (_beingWritten, _waiting);
            }
            try
            {
                folder.Append(Name, _beingWritten.GetBuffer().AsSpan(0, (int)_beingWritten.Length));
                _isUnsynced = true;
            }
            catch (IOException failure)
            {
                OrderLog.NotWritten(logger, failure);
                lock (_gate)
                    _isIncomplete = true;
            }
            if (_beingWritten.Capacity > KeptBytesMax)
                _beingWritten = new MemoryStream();
            _beingWritten.SetLength(0);
        }
    }

    /// <summary>Makes the file durable, and writes it again where it is incomplete or mostly stale.</summary>
    /// <param name="changing">Held while changes are noted.</param>
    /// <param name="count">How many queues are held.</param>
    /// <param name="holders">Who holds them; asked while no change can be noted.</param>
    public void Persist(Lock changing, Func<int> count, Func<IEnumerable<KeyValuePair<LockKey, string>>> holders)
    {
        lock (_writing)
        {
            MemoryStream? whole = null;
            lock (changing)
            {
                lock (_gate)
                {
                    if (_isIncomplete || _lines > StaleLinesMax + (2 * count()))
                        whole = WholeLocked(holders());
                }
            }
            if (whole is null && !_isUnsynced)
                return;
            try
            {
                if (whole is null)
                    folder.Sync(Name);
                else
                    folder.Write(Name, whole.GetBuffer().AsSpan(0, (int)whole.Length));
                _isUnsynced = false;
            }
            catch (IOException)
            {
                lock (_gate)
                    _isIncomplete = true;
                throw;
            }
        }
    }

    bool IsBehind
    {
        get
        {
            lock (_gate)
                return _waiting.Length > 0 && !_isIncomplete;
        }
    }

    MemoryStream WholeLocked(IEnumerable<KeyValuePair<LockKey, string>> holders)
    {
        var whole = new MemoryStream();
        _lines = 0;
        foreach (var (key, client) in holders)
        {
            whole.Write(Line(key, client));
            _lines++;
        }
        _waiting.SetLength(0);
        _isIncomplete = false;
        return whole;
    }

    static byte[] Line(in LockKey key, string? clientId)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("brokerName").Value(key.Queue.BrokerName);
        if (clientId is not null)
            json.Name("clientId").Value(clientId);
        json.Name("group").Value(key.Group).Name("queueId").Value(key.Queue.QueueId);
        json.Name("topic").Value(key.Queue.Topic).EndObject();
        return [.. json.Written, (byte)'\n'];
    }
}
