using System.Globalization;

namespace Broker.Core.Configuration;

/// <summary>
/// Reads <c>messageDelayLevel</c>: "1s 5s 10s 30s 1m ...", a whole number and one of s m h d per level.
/// </summary>
public static class DelayLevels
{
    /// <summary>SCHEDULE_TOPIC_XXXX has one queue per level; more than this is a mistake.</summary>
    const int LevelsMax = 128;

    /// <summary>Milliseconds per level, level 1 first.</summary>
    public static bool TryParse(string text, out long[] levels)
    {
        levels = [];
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > LevelsMax)
            return false;
        var parsed = new long[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            var unit = UnitMs(words[i][^1]);
            if (
                unit == 0
                || !int.TryParse(
                    words[i].AsSpan(0, words[i].Length - 1),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var count
                )
            )
                return false;
            parsed[i] = count * unit;
        }
        levels = parsed;
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, of a text that was checked when it was set.</summary>
    public static long[] Parse(string text) =>
        TryParse(text, out var levels)
            ? levels
            : throw new ConfigException($"messageDelayLevel \"{text}\" is not a list of times.");

    static long UnitMs(char unit) =>
        unit switch
        {
            's' => 1000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => 86_400_000,
            _ => 0,
        };
}
