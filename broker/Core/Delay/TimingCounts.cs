using System.Collections.Concurrent;
using System.Text;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Core.Delay;

/// <summary>
/// How many messages wait, by topic: as many entries as topics were ever delayed to. Its JSON is the body of
/// GET_TIMER_METRICS (61) and Apache's file <c>timermetrics</c>.
/// </summary>
sealed class TimingCounts
{
    readonly ConcurrentDictionary<byte[], TimingCount> _topics = new(Utf8Comparer.Instance);
    readonly ConcurrentDictionary<byte[], TimingCount>.AlternateLookup<ReadOnlySpan<byte>> _byUtf8;
    long _changes;
    long _changedAt;

    public TimingCounts() => _byUtf8 = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();

    public IEnumerable<(string Topic, TimingCount Count)> Topics =>
        _topics.Select(one => (Encoding.UTF8.GetString(one.Key), one.Value));

    /// <summary>How often anything changed, and when last; tools compare it.</summary>
    public DataVersion Version => new(0, Interlocked.Read(ref _changedAt), Interlocked.Read(ref _changes));

    public TimingCount Of(ReadOnlySpan<byte> topic) =>
        _byUtf8.TryGetValue(topic, out var count)
            ? count
            : _topics.GetOrAdd(topic.ToArray(), static _ => new TimingCount());

    public void Changed(long nowMs)
    {
        Interlocked.Increment(ref _changes);
        Interlocked.Exchange(ref _changedAt, nowMs);
    }

    public byte[] ToJson()
    {
        var json = new FastJsonWriter(FastJsonStyle.Compact);
        Version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("timingCount").BeginObject();
        foreach (var (topic, count) in Topics.OrderBy(one => one.Topic, StringComparer.Ordinal))
        {
            json.Name(topic).BeginObject();
            json.Name("count").Value(count.Waiting).Name("timeStamp").Value(count.ChangedAt).EndObject();
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }

    /// <summary>Takes over what <see cref="ToJson"/> gave; anything else counts as nothing.</summary>
    public void Load(ReadOnlySpan<byte> content)
    {
        _topics.Clear();
        if (!FastJson.TryParse(content, out var json, out _))
            return;
        var version = DataVersion.Read(json["dataVersion"]);
        _changes = version.Counter;
        _changedAt = version.Timestamp;
        foreach (var (topic, count) in json["timingCount"].Members)
        {
            if (count["count"].AsLong() is > 0 and var waiting)
                Of(Encoding.UTF8.GetBytes(topic.AsText(""))).Load(waiting, count["timeStamp"].AsLong());
        }
    }
}
