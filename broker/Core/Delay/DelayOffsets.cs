using Broker.Core.Configuration;
using Broker.Core.Persistence;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Store;

namespace Broker.Core.Delay;

/// <summary>
/// The next offset to deliver per level, kept in <c>config/delayOffset.json</c> in Apache's format. After a crash the
/// deliveries since the last <see cref="Persist"/> are repeated; none is left out.
/// </summary>
sealed class DelayOffsets
{
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
        _file.Load(Adopt);
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

    /// <summary>Writes the file if anything changed since the last time.</summary>
    public void Persist() => _file.Persist(version => ToJson(FastJsonStyle.Pretty, version));

    /// <summary>The body of code 45.</summary>
    public byte[] ToBody() => ToJson(FastJsonStyle.Compact, _file.Version);

    byte[] ToJson(FastJsonStyle style, DataVersion version)
    {
        var json = new FastJsonWriter(style);
        version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("offsetTable").BeginObject();
        for (var level = 1; level < _offsets.Length; level++)
        {
            if (this[level] > 0)
                json.Name(level).Value(this[level]);
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }

    void Adopt(FastJson json)
    {
        foreach (var (key, offset) in json["offsetTable"].Members)
        {
            if (key.AsInt() is var level && level > 0 && level < _offsets.Length)
                _offsets[level] = offset.AsLong();
        }
    }
}
