using System.Buffers;
using System.Globalization;
using System.Numerics;

namespace Broker.Core.Configuration.Keys;

/// <summary>The kinds of value that a key may have: how text is read, what is said when it cannot be.</summary>
static class KeyKinds
{
    /// <summary>A change by UPDATE_BROKER_CONFIG takes effect at once.</summary>
    public const bool Live = true;

    /// <summary>A change takes effect with the next start.</summary>
    public const bool AtStart = false;

    const int NameLengthMax = 127;

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
    ) => Checked(section, name, live, get, set, check: static _ => null, meaning);

    /// <param name="check">What is wanted in place of a bad value; null for a good one.</param>
    public static ConfigKey Checked(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set,
        Func<string, string?> check,
        string meaning
    ) => Key(section, name, live, get, set, meaning, static value => value, text => (text, check(text)));

    public static ConfigKey Name(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, string> get,
        Action<BrokerOptions, string> set,
        string meaning
    ) => Checked(section, name, live, get, set, CheckName, meaning);

    public static ConfigKey Bool(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, bool> get,
        Action<BrokerOptions, bool> set,
        string meaning
    ) =>
        Key(
            section,
            name,
            live,
            get,
            set,
            meaning,
            static value => value ? "true" : "false",
            static text => bool.TryParse(text, out var value) ? (value, null) : (false, "true or false")
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
    ) => Number(section, name, live, least, most, get, set, meaning);

    public static ConfigKey Long(
        ConfigSection section,
        string name,
        bool live,
        long least,
        long most,
        Func<BrokerOptions, long> get,
        Action<BrokerOptions, long> set,
        string meaning
    ) => Number(section, name, live, least, most, get, set, meaning);

    public static ConfigKey Words<T>(
        ConfigSection section,
        string name,
        bool live,
        (string Word, T Value)[] words,
        Func<BrokerOptions, T> get,
        Action<BrokerOptions, T> set,
        string meaning
    )
        where T : struct
    {
        var wanted = string.Join(" or ", words.Select(w => w.Word));
        return Key(
            section,
            name,
            live,
            get,
            set,
            meaning,
            value => Array.Find(words, w => w.Value.Equals(value)).Word,
            text =>
                Array.FindIndex(words, w => w.Word.Equals(text, StringComparison.OrdinalIgnoreCase))
                    is >= 0
                        and var index
                    ? (words[index].Value, null)
                    : (default, wanted)
        );
    }

    static ConfigKey Number<T>(
        ConfigSection section,
        string name,
        bool live,
        T least,
        T most,
        Func<BrokerOptions, T> get,
        Action<BrokerOptions, T> set,
        string meaning
    )
        where T : IBinaryInteger<T>
    {
        var wanted = $"a whole number from {least} to {most}";
        return Key(
            section,
            name,
            live,
            get,
            set,
            meaning,
            static value => value.ToString(null, CultureInfo.InvariantCulture),
            text =>
                T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value >= least
                && value <= most
                    ? (value, null)
                    : (T.Zero, wanted)
        );
    }

    /// <param name="read">The value, or what is wanted in its place.</param>
    static ConfigKey Key<T>(
        ConfigSection section,
        string name,
        bool live,
        Func<BrokerOptions, T> get,
        Action<BrokerOptions, T> set,
        string meaning,
        Func<T, string> write,
        Func<string, (T Value, string? Wanted)> read
    ) =>
        new(
            name,
            section,
            live,
            meaning,
            options => write(get(options)),
            (options, text) =>
            {
                var (value, wanted) = read(text);
                if (wanted is null)
                    set(options, value);
                return wanted;
            }
        );

    static string? CheckName(string text) =>
        text.Length is 0 or > NameLengthMax || text.AsSpan().ContainsAnyExcept(NameCharacters)
            ? $"a name of 1 to {NameLengthMax} letters, digits, '_' or '-'"
            : null;
}
