using System.Buffers;
using System.Globalization;

namespace Broker.Core.Configuration.Keys;

/// <summary>The kinds of value that a key may have: how text is read, what is said when it cannot be.</summary>
static class KeyKinds
{
    /// <summary>A change by UPDATE_BROKER_CONFIG takes effect at once.</summary>
    public const bool Live = true;

    /// <summary>A change takes effect with the next start.</summary>
    public const bool AtStart = false;

    static readonly SearchValues<char> NameCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
    );

    public static ConfigKey Text(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            get,
            (options, text) =>
            {
                set(options, text);
                return null;
            }
        );

    public static ConfigKey Checked(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set,
        Func<string, string?> check,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            get,
            (options, text) =>
            {
                if (check(text) is { } wanted)
                    return wanted;
                set(options, text);
                return null;
            }
        );

    public static ConfigKey Name(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            get,
            (options, text) =>
            {
                if (text.Length is 0 or > 127 || text.AsSpan().ContainsAnyExcept(NameCharacters))
                    return "a name of 1 to 127 letters, digits, '_' or '-'";
                set(options, text);
                return null;
            }
        );

    public static ConfigKey Bool(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, bool> get,
        Action<BrokerOptions, bool> set,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            o => get(o) ? "true" : "false",
            (options, text) =>
            {
                if (!bool.TryParse(text, out var value))
                    return "true or false";
                set(options, value);
                return null;
            }
        );

    public static ConfigKey Int(
        ConfigSection section,
        string name,
        bool live,
        int least,
        int most,
        Func<BrokerOptions, int> get,
        Action<BrokerOptions, int> set,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            o => get(o).ToString(CultureInfo.InvariantCulture),
            (options, text) =>
            {
                if (
                    !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    || value < least
                    || value > most
                )
                    return $"a whole number from {least} to {most}";
                set(options, value);
                return null;
            }
        );

    public static ConfigKey Long(
        ConfigSection section,
        string name,
        bool live,
        long least,
        long most,
        Func<BrokerOptions, long> get,
        Action<BrokerOptions, long> set,
        string meaning
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            o => get(o).ToString(CultureInfo.InvariantCulture),
            (options, text) =>
            {
                if (
                    !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    || value < least
                    || value > most
                )
                    return $"a whole number from {least} to {most}";
                set(options, value);
                return null;
            }
        );

    public static ConfigKey Words<T>(
        ConfigSection section,
        string name,
        bool live,
        (string Word, T Value)[] words,
        Func<BrokerOptions, T> get,
        Action<BrokerOptions, T> set,
        string meaning
    )
        where T : struct =>
        new(
            name,
            section,
            live,
            meaning,
            o => Array.Find(words, w => w.Value.Equals(get(o))).Word,
            (options, text) =>
            {
                var index = Array.FindIndex(words, w => w.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
                if (index < 0)
                    return string.Join(" or ", words.Select(w => w.Word));
                set(options, words[index].Value);
                return null;
            }
        );
}
