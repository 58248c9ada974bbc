using Broker.Core.Configuration;
using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Store;

namespace Broker.Core.Delay;

/// <summary>
/// The next offset to deliver per level, kept in <c>config/delayOffset.json</c> in Apache's format, with a member
/// of our own: the log position behind which the deliveries are that the offsets do not know of. Apache ignores it.
/// </summary>
sealed class DelayOffsets
{
    const string DeliveredToName = "deliveredTo";

    readonly long[] _offsets;
    readonly StateFile _file;

    /// <exception cref="ConfigException">delayOffset.json and its backup are damaged.</exception>
    public DelayOffsets(ConfigFolder files, TimeProvider time, int levels)
    {
        _file = new StateFile(
            files,
            "delayOffset.json",
            time,
            ": everything that was ever delayed and is still in the log is then delivered again."
        );
        _offsets = new long[levels + 1];
        _file.Load(Problem, Adopt);
    }

    public long this[int level]
    {
        get => Interlocked.Read(ref _offsets[level]);
        set
        {
            if (Interlocked.Exchange(ref _offsets[level], value) != value)
                _file.Touch();
        }
    }

    /// <summary>
    /// The log position that the file was written with; null when it was written by Apache. Deliveries behind it may be
    /// missing from the offsets.
    /// </summary>
    public LogPosition? DeliveredTo { get; private set; }

    /// <summary>
    /// Writes the file at once, with a position behind which all deliveries are that the offsets do not know of: before
    /// the first delivery, where there is no such file yet.
    /// </summary>
    /// <exception cref="IOException">Nothing may be delivered: a crash would deliver it again.</exception>
    public void Begin(LogPosition deliveredTo)
    {
        _file.Save(version => ToJson(FastJsonStyle.Pretty, version, deliveredTo));
        DeliveredTo = deliveredTo;
    }

    /// <summary>
    /// Writes the file if anything changed since the last time, or much was stored behind the position it was written
    /// with.
    /// </summary>
    /// <param name="deliveredTo">No delivery in front of it is missing from the offsets.</param>
    /// <param name="sync">Makes durable what was delivered: the file must not promise more than the log has.</param>
    public void Persist(LogPosition deliveredTo, Action sync)
    {
        if (deliveredTo.Value - (DeliveredTo?.Value ?? 0) > TimerWork.UnreadMax)
            _file.Touch();
        _file.Persist(version =>
        {
            DeliveredTo = deliveredTo;
            var content = ToJson(FastJsonStyle.Pretty, version, deliveredTo);
            sync();
            return content;
        });
    }

    /// <summary>The body of code 45.</summary>
    public byte[] ToBody() => ToJson(FastJsonStyle.Compact, _file.Version, deliveredTo: null);

    byte[] ToJson(FastJsonStyle style, DataVersion version, LogPosition? deliveredTo)
    {
        var json = new FastJsonWriter(style);
        version.Write(json.BeginObject().Name("dataVersion"));
        if (deliveredTo is { } position)
            json.Name(DeliveredToName).Value(position.Value);
        json.Name("offsetTable").BeginObject();
        for (var level = 1; level < _offsets.Length; level++)
        {
            if (this[level] > 0)
                json.Name(level).Value(this[level]);
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }

    static string? Problem(FastJson json) =>
        StateShape.TableProblem(json, "offsetTable", StateShape.IsWhole)
        ?? (StateShape.IsWholeOrAbsent(json[DeliveredToName]) ? null : $"{DeliveredToName} is not a number");

    void Adopt(FastJson json)
    {
        DeliveredTo = json[DeliveredToName].HasValue ? new LogPosition(json[DeliveredToName].AsLong()) : null;
        foreach (var (key, offset) in json["offsetTable"].Members)
        {
            if (key.AsInt() is var level && level > 0 && level < _offsets.Length)
                _offsets[level] = offset.AsLong();
        }
    }
}
