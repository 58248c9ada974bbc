namespace Broker.Protocol.Json;

/// <summary>What a <see cref="FastJson"/> value is.</summary>
public enum FastJsonKind
{
    /// <summary>The member that was asked for does not exist.</summary>
    Missing,

    /// <summary>The word <c>null</c>.</summary>
    Null,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Truth,

    /// <summary>A number, kept as its text.</summary>
    Number,

    /// <summary>A text, or an unquoted name that stands as a key.</summary>
    Text,

    /// <summary>A list.</summary>
    Array,

    /// <summary>Members whose keys may be values of any kind.</summary>
    Object,
}
