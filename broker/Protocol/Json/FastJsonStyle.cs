namespace Broker.Protocol.Json;

/// <summary>How <see cref="FastJsonWriter"/> writes.</summary>
[Flags]
public enum FastJsonStyle
{
    /// <summary>One line, numeric keys without quotes, UTF-8: what the reference sends.</summary>
    Compact = 0,

    /// <summary>Numeric keys in quotes, for clients that read standard JSON only (protocol.md §0.5).</summary>
    QuotedNumberKeys = 1,

    /// <summary>Everything above ASCII as \uXXXX, as the reference writes routes.</summary>
    AsciiOnly = 2,

    /// <summary>A line per member, indented by tabs, as the reference writes its configuration files.</summary>
    Pretty = 4,
}
