using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Broker.Core.Topics;

namespace Broker.Core.Stats;

/// <summary>
/// What went through the broker: totals, rates over the last ten seconds, minute and ten minutes, and per topic and
/// group.
/// Counting allocates nothing once topic and group are known.
/// </summary>
public sealed class BrokerStats
{
    /// <summary>Samples of the broker's rates: ten minutes at one a second, and the one before.</summary>
    const int BrokerSamples = 601;

    /// <summary>
    /// Pairs of topic and group that are counted; 1.5 KB each, most of it samples. What comes later is counted in the
    /// totals only.
    /// </summary>
    const int PairsMax = 50_000;

    /// <summary>
    /// Queues whose times are counted, for sends and for each group; 1.5 KB each. What comes later is not timed: for
    /// 80,000 queues it would be 120 MB.
    /// </summary>
    const int TimedMax = 5_000;

    const int KeyMax = 512;

    readonly TopicTable _topics;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<byte[], GroupTraffic> _pairs = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], GroupTraffic>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    readonly Traffic _put = new();
    readonly Traffic _get = new();
    readonly Traffic _acked = new();
    readonly Traffic _checkpoints = new();
    readonly TrafficSampler _sampler;
    readonly RateWindow _putRate = new(BrokerSamples);
    readonly RateWindow _getRate = new(BrokerSamples);
    readonly RateWindow _foundRate = new(BrokerSamples);
    readonly RateWindow _missRate = new(BrokerSamples);
    readonly DayTotals _putDays = new();
    readonly DayTotals _getDays = new();
    int _timed;
    long _found;
    long _missed;

    /// <summary>Counts from 0.</summary>
    public BrokerStats(TopicTable topics, TimeProvider time)
    {
        _topics = topics;
        _time = time;
        _byKey = _pairs.GetAlternateLookup<ReadOnlySpan<byte>>();
        _sampler = new TrafficSampler(Counted);
    }

    /// <summary>Messages and bytes stored since the broker was opened.</summary>
    public (long Messages, long Bytes) Stored => (_put.Messages, _put.Bytes);

    /// <summary>Messages and bytes handed to consumers since the broker was opened.</summary>
    public (long Messages, long Bytes) Delivered => (_get.Messages, _get.Bytes);

    /// <summary>What was stored in all topics.</summary>
    internal Traffic Put => _put;

    /// <summary>What was handed to all consumers.</summary>
    internal Traffic Get => _get;

    /// <summary>Popped messages that were acknowledged.</summary>
    internal Traffic Acked => _acked;

    /// <summary>Batches that were popped.</summary>
    internal Traffic Checkpoints => _checkpoints;

    /// <summary>How clients come and go.</summary>
    internal ClientTraffic Clients { get; } = new();

    internal DayTotals PutDays => _putDays;

    internal DayTotals GetDays => _getDays;

    internal IEnumerable<GroupTraffic> Groups => _pairs.Select(pair => pair.Value);

    /// <summary>Messages were stored in a topic.</summary>
    public void OnStored(Topic topic, int messages, long bytes)
    {
        _put.Add(messages, bytes);
        TrafficOf(topic).Add(messages, bytes);
    }

    /// <summary>A send took so long, from its arrival until it was stored.</summary>
    public void OnPut(Topic topic, int queueId, long ms) => Time(TrafficOf(topic).PutTimes, queueId, ms);

    /// <summary>A pull or pop was answered with messages.</summary>
    public void OnDelivered(Topic topic, ReadOnlySpan<byte> group, int messages, long bytes)
    {
        _get.Add(messages, bytes);
        Interlocked.Increment(ref _found);
        Find(topic, group)?.Add(messages, bytes);
    }

    /// <summary>A pull that found messages took so long, less the time for that it was held.</summary>
    public void OnGot(Topic topic, ReadOnlySpan<byte> group, int queueId, long ms)
    {
        if (Find(topic, group) is { } pair)
            Time(pair.GetTimes, queueId, ms);
    }

    /// <summary>Popped messages were acknowledged, in time or not.</summary>
    public void OnAcked(Topic topic, ReadOnlySpan<byte> group, int messages)
    {
        _acked.Add(messages, 0);
        Find(topic, group)?.AddAcked(messages);
    }

    /// <summary>Messages were handed out that are to be acknowledged.</summary>
    public void OnCheckpoint(Topic topic, ReadOnlySpan<byte> group)
    {
        _checkpoints.Add(1, 0);
        Find(topic, group)?.AddCheckpoint();
    }

    /// <summary>A pull was answered without messages.</summary>
    public void OnMissed() => Interlocked.Increment(ref _missed);

    /// <summary>A consumer sent a message back.</summary>
    public void OnSentBack(Topic topic, ReadOnlySpan<byte> group) => Find(topic, group)?.AddSentBack();

    /// <summary>A topic was deleted: nothing of it is counted any more.</summary>
    public void RemoveTopic(string topic) => RemoveWhere(pair => pair.Topic == topic);

    /// <summary>A group was deleted: nothing of it is counted any more.</summary>
    public void RemoveGroup(string group) => RemoveWhere(pair => pair.Group == group);

    /// <summary>Messages per second stored in a topic, over the last minute.</summary>
    public double PutRate(Topic topic) => topic.Stats is TopicTraffic traffic ? traffic.Minute.MessagesPerSecond() : 0;

    /// <summary>Messages per second that a group reads of a topic, over the last minute.</summary>
    public double GetRate(string topic, string group) => PairOf($"{topic}@{group}")?.Minute.MessagesPerSecond() ?? 0;

    /// <summary>What a group read, by "topic@group"; null when nothing.</summary>
    internal GroupTraffic? PairOf(string key) =>
        _byKey.TryGetValue(Encoding.UTF8.GetBytes(key), out var pair) ? pair : null;

    /// <summary>To be called once a second: takes the samples that rates are made of.</summary>
    public void Tick()
    {
        var now = NowMs();
        _putRate.Sample(now, _put.Messages);
        _getRate.Sample(now, _get.Messages);
        _foundRate.Sample(now, _found);
        _missRate.Sample(now, _missed);
        var day = (int)(_time.GetLocalNow().DateTime.Ticks / TimeSpan.TicksPerDay);
        _putDays.Look(day, _put.Messages);
        _getDays.Look(day, _get.Messages);
        _sampler.Beat(now);
    }

    /// <summary>Takes all samples now, due or not; for tests, which do not wait an hour.</summary>
    internal void SampleNow() => _sampler.SampleAll(NowMs());

    long NowMs() => _time.GetTimestamp() * 1000 / _time.TimestampFrequency;

    IEnumerable<Traffic> Counted()
    {
        var topics = _topics.All.Select(topic => topic.Stats).OfType<TopicTraffic>().ToList();
        var times = topics.SelectMany(topic => topic.PutTimes.All).ToList();
        // What was deleted is counted no more, and makes room.
        Volatile.Write(ref _timed, times.Count + Groups.Sum(pair => pair.GetTimes.All.Count()));
        return
        [
            .. topics,
            .. times,
            .. Groups.SelectMany(pair => pair.All),
            .. Clients.All,
            _put,
            _get,
            _acked,
            _checkpoints,
        ];
    }

    void Time(QueueTimes times, int queueId, long ms)
    {
        if (times.Of(queueId) is not { } counted)
        {
            if (Volatile.Read(ref _timed) >= TimedMax)
                return;
            Interlocked.Increment(ref _timed);
            counted = times.OfOrNew(queueId);
        }
        counted.AddTime(ms);
    }

    internal static TopicTraffic TrafficOf(Topic topic)
    {
        if (topic.Stats is TopicTraffic known)
            return known;
        lock (topic)
        {
            if (topic.Stats is not TopicTraffic traffic)
                topic.Stats = traffic = new TopicTraffic();
            return traffic;
        }
    }

    /// <summary>
    /// The broker's rates as the runtime table has them: over 10 s, 1 min and 10 min, separated by blanks.
    /// </summary>
    internal (string Put, string Found, string Miss, string Total, string Transferred) Rates() =>
        (Text(_putRate), Text(_foundRate), Text(_missRate), Text(_foundRate, _missRate), Text(_getRate));

    static string Text(params ReadOnlySpan<RateWindow> windows)
    {
        var text = new StringBuilder();
        foreach (var seconds in (ReadOnlySpan<int>)[10, 60, 600])
        {
            double sum = 0;
            foreach (var window in windows)
                sum += window.PerSecond(seconds);
            text.Append(text.Length == 0 ? "" : " ").Append(sum.ToString("0.0##", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }

    void RemoveWhere(Predicate<GroupTraffic> condition)
    {
        foreach (var (key, pair) in _pairs)
        {
            if (condition(pair))
                _pairs.TryRemove(key, out _);
        }
    }

    GroupTraffic? Find(Topic topic, ReadOnlySpan<byte> group)
    {
        Span<byte> key = stackalloc byte[KeyMax];
        var length = topic.NameUtf8.Length + 1 + group.Length;
        if (length > KeyMax)
            return null;
        topic.NameUtf8.CopyTo(key);
        key[topic.NameUtf8.Length] = (byte)'@';
        group.CopyTo(key[(topic.NameUtf8.Length + 1)..]);
        if (_byKey.TryGetValue(key[..length], out var known))
            return known;
        return _pairs.Count >= PairsMax
            ? null
            : _pairs.GetOrAdd(key[..length].ToArray(), new GroupTraffic(topic.Name, Encoding.UTF8.GetString(group)));
    }
}
