using Broker.Core.Configuration;
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
    const string FileName = "delayOffset.json";

    readonly long[] _offsets;
    readonly ConfigFolder _files;
    readonly TimeProvider _time;
    readonly Lock _saving = new();
    DataVersion _version;
    long _changes;
    long _savedChanges;

    /// <exception cref="ConfigException">delayOffset.json and its backup are damaged.</exception>
    public DelayOffsets(ConfigFolder files, TimeProvider time, int levels)
    {
        _files = files;
        _time = time;
        _offsets = new long[levels + 1];
        Load();
    }

    public long this[int level]
    {
        get => Interlocked.Read(ref _offsets[level]);
        set
        {
            if (Interlocked.Exchange(ref _offsets[level], value) != value)
                Interlocked.Increment(ref _changes);
        }
    }

    /// <summary>Writes the file if anything changed since the last time.</summary>
    public void Persist()
    {
        lock (_saving)
        {
            var changes = Interlocked.Read(ref _changes);
            if (changes == _savedChanges)
                return;
            _version = _version.Next(_time.GetUtcNow().ToUnixTimeMilliseconds());
            _files.Write(FileName, ToJson(FastJsonStyle.Pretty));
            _savedChanges = changes;
        }
    }

    /// <summary>The content of the file; compact it is the body of code 45.</summary>
    public byte[] ToJson(FastJsonStyle style)
    {
        var json = new FastJsonWriter(style);
        _version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("offsetTable").BeginObject();
        for (var level = 1; level < _offsets.Length; level++)
        {
            if (this[level] > 0)
                json.Name(level).Value(this[level]);
        }
        json.EndObject().EndObject();
        return json.ToArray();
    }

    void Load()
    {
        if (_files.Read(FileName) is not { } content)
            return;
        if (TryAdopt(content) || (_files.ReadBackup(FileName) is { } older && TryAdopt(older)))
            return;
        throw new ConfigException(
            $"config/{FileName} and its backup cannot be read. Restore one of them, or remove both: "
                + "everything that was ever delayed and is still in the log is then delivered again."
        );
    }

    bool TryAdopt(byte[] content)
    {
        if (!FastJson.TryParse(content, out var json, out _))
            return false;
        _version = DataVersion.Read(json["dataVersion"]);
        foreach (var (key, offset) in json["offsetTable"].Members)
        {
            if (key.AsInt() is var level && level > 0 && level < _offsets.Length)
                _offsets[level] = offset.AsLong();
        }
        return true;
    }
}
