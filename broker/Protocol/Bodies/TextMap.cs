using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>Maps of text to text, as attributes and key-value tables are.</summary>
public static class TextMap
{
    /// <summary>Reads an object; null when there is none. Members that are not plain values are left out.</summary>
    public static IReadOnlyDictionary<string, string>? Read(FastJson json)
    {
        if (json.Kind != FastJsonKind.Object)
            return null;
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in json.Members)
        {
            if (key.AsText() is { } name && value.AsText() is { } text)
                map[name] = text;
        }
        return map;
    }

    /// <summary>Writes the entries in name order.</summary>
    public static void Write(FastJsonWriter json, IReadOnlyDictionary<string, string> map)
    {
        json.BeginObject();
        foreach (var (name, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.Name(name).Value(value);
        json.EndObject();
    }
}
