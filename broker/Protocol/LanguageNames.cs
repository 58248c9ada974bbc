using System.Text;

namespace Broker.Protocol;

/// <summary>The names of <see cref="LanguageCode"/> as JSON headers and bodies carry them.</summary>
public static class LanguageNames
{
    static readonly byte[][] Names =
    [
        "JAVA"u8.ToArray(),
        "CPP"u8.ToArray(),
        "DOTNET"u8.ToArray(),
        "PYTHON"u8.ToArray(),
        "DELPHI"u8.ToArray(),
        "ERLANG"u8.ToArray(),
        "RUBY"u8.ToArray(),
        "OTHER"u8.ToArray(),
        "HTTP"u8.ToArray(),
        "GO"u8.ToArray(),
        "PHP"u8.ToArray(),
        "OMS"u8.ToArray(),
        "RUST"u8.ToArray(),
        "NODE_JS"u8.ToArray(),
    ];

    /// <summary>The UTF-8 name; <c>OTHER</c> for a value that has none.</summary>
    public static ReadOnlySpan<byte> ToUtf8(this LanguageCode language) =>
        (int)language < Names.Length ? Names[(int)language] : Names[(int)LanguageCode.Other];

    /// <summary>The name as text; <c>OTHER</c> for a value that has none.</summary>
    public static string ToName(this LanguageCode language) => Encoding.UTF8.GetString(language.ToUtf8());

    /// <summary>
    /// Reads a name or an ordinal. What nobody knows is <see cref="LanguageCode.Other"/>: it must not end a
    /// connection.
    /// </summary>
    public static LanguageCode Parse(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (text.SequenceEqual(Names[i]))
                return (LanguageCode)i;
        }
        return System.Buffers.Text.Utf8Parser.TryParse(text, out int ordinal, out int used) && used == text.Length
            ? FromOrdinal(ordinal)
            : LanguageCode.Other;
    }

    /// <summary>The language of an ordinal, <see cref="LanguageCode.Other"/> when it is unknown.</summary>
    public static LanguageCode FromOrdinal(int ordinal) =>
        (uint)ordinal < (uint)Names.Length ? (LanguageCode)ordinal : LanguageCode.Other;
}
