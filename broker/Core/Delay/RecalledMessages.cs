using System.Text;
using Broker.Protocol.Messages;
using Broker.Store.Timers;

namespace Broker.Core.Delay;

/// <summary>
/// The messages of the present second that were taken back: as many as recalls came for it. A recall names topic and
/// unique key, joined by a plus sign, and is forgotten when its second is over.
/// </summary>
sealed class RecalledMessages(TimerIndex index, TimerPolicy policy)
{
    readonly Dictionary<string, long> _secondOf = [];

    /// <summary>Remembers the recall that was taken from the index.</summary>
    public void Add(in TimerRecord record, in MessageView recall)
    {
        if (!recall.TryGetProperty(PropertyNames.TimerDelUniqueKey, out var named))
            return;
        _secondOf[Encoding.UTF8.GetString(named)] = record.DueMs;
        index.Hold(record);
    }

    public bool Contains(in MessageView waiting, ReadOnlySpan<byte> topic)
    {
        if (_secondOf.Count == 0 || !waiting.TryGetProperty(PropertyNames.UniqueKey, out var key))
            return false;
        return _secondOf.ContainsKey(Name(Encoding.UTF8.GetString(topic), Encoding.UTF8.GetString(key)));
    }

    /// <summary>What <c>TIMER_DEL_UNIQKEY</c> of a recall says.</summary>
    public static string Name(string topic, string uniqueKey) => $"{topic}+{uniqueKey}";

    /// <summary>Everything that is due before the time was handled.</summary>
    public void Passed(long timeMs)
    {
        if (_secondOf.Count == 0)
            return;
        var over = timeMs - policy.PrecisionMs;
        foreach (var (name, second) in _secondOf)
        {
            if (second < over)
                _secondOf.Remove(name);
        }
        index.Release(over);
    }

    /// <summary>A restart of the deliveries reads them again from the index.</summary>
    public void Clear() => _secondOf.Clear();
}
