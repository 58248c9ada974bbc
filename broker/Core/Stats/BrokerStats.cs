using System.Collections.Concurrent;
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

    /// <summary>Samples of topics and groups: a minute at one every ten seconds, and the one before.</summary>
    internal const int TopicSamples = 7;

    /// <summary>Beats of <see cref="Tick"/> between samples of topics and groups.</summary>
    const int TopicBeat = 10;

    /// <summary>
    /// Pairs of topic and group that are counted; 300 bytes each. What comes later is counted in the totals only.
    /// </summary>
    const int PairsMax = 100_000;

    const int KeyMax = 512;

    readonly TopicTable _topics;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<byte[], GroupTraffic> _pairs = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], GroupTraffic>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    readonly RateWindow _putRate = new(BrokerSamples);
    readonly RateWindow _getRate = new(BrokerSamples);
    readonly RateWindow _foundRate = new(BrokerSamples);
    readonly RateWindow _missRate = new(BrokerSamples);
    readonly DayTotals _putDays = new();
    readonly DayTotals _getDays = new();
    long _putMessages;
    long _putBytes;
    long _getMessages;
    long _getBytes;
    long _found;
    long _missed;
    int _beats;

    /// <summary>Counts from 0.</summary>
    public BrokerStats(TopicTable topics, TimeProvider time)
    {
        _topics = topics;
        _time = time;
        _byKey = _pairs.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Messages and bytes stored since the broker was opened.</summary>
    public (long Messages, long Bytes) Stored => (Interlocked.Read(ref _putMessages), Interlocked.Read(ref _putBytes));

    /// <summary>Messages and bytes handed to consumers since the broker was opened.</summary>
    public (long Messages, long Bytes) Delivered =>
        (Interlocked.Read(ref _getMessages), Interlocked.Read(ref _getBytes));

    internal DayTotals PutDays => _putDays;

    internal DayTotals GetDays => _getDays;

    internal IEnumerable<GroupTraffic> Groups => _pairs.Select(pair => pair.Value);

    /// <summary>Messages were stored in a topic.</summary>
    public void OnStored(Topic topic, int messages, long bytes)
    {
        Interlocked.Add(ref _putMessages, messages);
        Interlocked.Add(ref _putBytes, bytes);
        TrafficOf(topic).Add(messages, bytes);
    }

    /// <summary>A pull was answered with messages.</summary>
    public void OnDelivered(Topic topic, ReadOnlySpan<byte> group, int messages, long bytes)
    {
        Interlocked.Add(ref _getMessages, messages);
        Interlocked.Add(ref _getBytes, bytes);
        Interlocked.Increment(ref _found);
        Find(topic, group)?.Add(messages, bytes);
    }

    /// <summary>A pull was answered without messages.</summary>
    public void OnMissed() => Interlocked.Increment(ref _missed);

    /// <summary>Messages per second stored in a topic, over the last minute.</summary>
    public double PutRate(Topic topic) => TrafficOf(topic).Rate.PerSecond(TopicSamples - 1);

    /// <summary>Messages per second that a group reads of a topic, over the last minute.</summary>
    public double GetRate(string topic, string group) =>
        _byKey.TryGetValue(Encoding.UTF8.GetBytes($"{topic}@{group}"), out var pair)
            ? pair.Rate.PerSecond(TopicSamples - 1)
            : 0;

    /// <summary>To be called once a second: takes the samples that rates are made of.</summary>
    public void Tick()
    {
        var now = _time.GetTimestamp() * 1000 / _time.TimestampFrequency;
        _putRate.Sample(now, _putMessages);
        _getRate.Sample(now, _getMessages);
        _foundRate.Sample(now, _found);
        _missRate.Sample(now, _missed);
        var day = (int)(_time.GetLocalNow().DateTime.Ticks / TimeSpan.TicksPerDay);
        _putDays.Look(day, _putMessages);
        _getDays.Look(day, _getMessages);
        if (_beats++ % TopicBeat != 0)
            return;
        foreach (var traffic in _topics.All.Select(topic => topic.Stats).OfType<TopicTraffic>())
            traffic.Rate.Sample(now, traffic.Messages);
        foreach (var pair in Groups)
            pair.Rate.Sample(now, pair.Messages);
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
            text.Append(text.Length == 0 ? "" : " ").Append(sum);
        }
        return text.ToString();
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
