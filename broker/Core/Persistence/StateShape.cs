using Broker.Protocol.Json;

namespace Broker.Core.Persistence;

/// <summary>
/// What state files must look like. Parsed content that does not would be taken for a table without entries, and
/// written back as one.
/// </summary>
static class StateShape
{
    /// <summary>Null, or why this is not an object with a table of the name, each of whose entries is right.</summary>
    public static string? TableProblem(FastJson json, string name, Func<FastJson, bool> isEntry)
    {
        if (json.Kind != FastJsonKind.Object)
            return "it is not an object of JSON";
        var table = json[name];
        if (table.Kind != FastJsonKind.Object)
            return $"it has no object {name}";
        foreach (var (key, value) in table.Members)
        {
            if (!isEntry(value))
                return $"the entry {key.AsText("of an odd name")} of {name} has the wrong form";
        }
        return null;
    }

    /// <summary>Anything with members.</summary>
    public static bool IsObject(FastJson value) => value.Kind == FastJsonKind.Object;

    /// <summary>Members that have members.</summary>
    public static bool IsObjectOfObjects(FastJson value) =>
        IsObject(value) && value.Members.All(member => IsObject(member.Value));

    /// <summary>Numbers by number.</summary>
    public static bool IsNumbers(FastJson value) =>
        IsObject(value) && value.Members.All(member => IsWhole(member.Key) && IsWhole(member.Value));

    /// <summary>A whole number, with or without quotes.</summary>
    public static bool IsWhole(FastJson value) =>
        value.AsLong(long.MinValue) != long.MinValue && value.AsLong(long.MaxValue) != long.MaxValue;

    /// <summary>A member that is left out, or a whole number.</summary>
    public static bool IsWholeOrAbsent(FastJson value) => !value.HasValue || IsWhole(value);
}
