namespace Broker.Core.Filter.Sql;

/// <summary>What an expression can amount to for one message.</summary>
enum SqlKind : byte
{
    /// <summary>Not known: the message lacks the property.</summary>
    Null,

    False,
    True,

    /// <summary>A number that fits 32 bits; a property compared with it must fit too.</summary>
    Int,

    Long,
    Double,
    Text,

    /// <summary>Compared what cannot be: the whole filter lets the message not pass.</summary>
    Error,
}
