using System.Collections.Concurrent;
using Broker.Core.Persistence;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Pop.Assignment;

/// <summary>
/// What an administrator set per topic and group, kept in <c>config/messageRequestMode.json</c> in Apache's form:
/// <c>{"messageRequestModeMap":{topic:{group:{consumerGroup,mode,popShareQueueNum,topic}}}}</c>.
/// </summary>
sealed class RequestModes
{
    /// <summary>Administrators set these; 100 bytes each.</summary>
    const int ModesMax = 100_000;

    readonly ConcurrentDictionary<(string Topic, string Group), RequestMode> _modes = new();
    readonly Lock _setting = new();
    readonly StateFile _file;

    /// <exception cref="Configuration.ConfigException">messageRequestMode.json and its backup are damaged.</exception>
    public RequestModes(ConfigFolder files, TimeProvider time, RequestTurn? turn = null)
    {
        _file = new StateFile(
            files,
            "messageRequestMode.json",
            time,
            ": every group then gets its messages as defaultMessageRequestMode says.",
            turn: turn
        );
        _file.Load(Problem, Adopt);
    }

    /// <summary>What was set, null when nothing was.</summary>
    public RequestMode? Find(string topic, string group) =>
        _modes.TryGetValue((topic, group), out var mode) ? mode : null;

    /// <summary>Sets it; on disk when the call returns. False when there are too many.</summary>
    public bool TrySet(in RequestMode mode)
    {
        using var change = _file.BeginChange();
        lock (_setting)
        {
            var key = (mode.Topic, mode.Group);
            var isKnown = _modes.TryGetValue(key, out var before);
            if (_modes.Count >= ModesMax && !isKnown)
                return false;
            _modes[key] = mode;
            try
            {
                _file.Save(_ => ToJson(FastJsonStyle.Pretty));
            }
            catch (IOException)
            {
                if (isKnown)
                    _modes[key] = before;
                else
                    _modes.TryRemove(key, out _);
                throw;
            }
            return true;
        }
    }

    /// <summary>The content of the file; compact it is the body of code 402.</summary>
    public byte[] ToJson(FastJsonStyle style)
    {
        var json = new FastJsonWriter(style);
        json.BeginObject().Name("messageRequestModeMap").BeginObject();
        foreach (var topic in _modes.Values.GroupBy(mode => mode.Topic, StringComparer.Ordinal))
        {
            json.Name(topic.Key).BeginObject();
            foreach (var mode in topic)
                Write(json.Name(mode.Group), mode);
            json.EndObject();
        }
        return json.EndObject().EndObject().ToArray();
    }

    /// <summary>Reads one; false when topic, group or mode are missing.</summary>
    public static bool TryRead(FastJson json, out RequestMode mode)
    {
        mode = new RequestMode(
            json["topic"].AsText(""),
            json["consumerGroup"].AsText(""),
            json["mode"].AsEnum(["PULL", "POP"], absent: -1) == 1,
            json["popShareQueueNum"].AsInt()
        );
        return mode.Topic.Length > 0 && mode.Group.Length > 0 && json["mode"].AsEnum(["PULL", "POP"], absent: -1) >= 0;
    }

    static void Write(FastJsonWriter json, in RequestMode mode) =>
        json.BeginObject()
            .Name("consumerGroup")
            .Value(mode.Group)
            .Name("mode")
            .Value(mode.Name)
            .Name("popShareQueueNum")
            .Value(mode.ShareQueues)
            .Name("topic")
            .Value(mode.Topic)
            .EndObject();

    static string? Problem(FastJson json) =>
        StateShape.TableProblem(json, "messageRequestModeMap", StateShape.IsObjectOfObjects);

    void Adopt(FastJson json)
    {
        foreach (var (_, groups) in json["messageRequestModeMap"].Members)
        {
            foreach (var (_, value) in groups.Members)
            {
                if (TryRead(value, out var mode))
                    _modes[(mode.Topic, mode.Group)] = mode;
            }
        }
    }
}
