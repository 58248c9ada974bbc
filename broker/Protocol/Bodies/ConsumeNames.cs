namespace Broker.Protocol.Bodies;

/// <summary>The names of consumer enumerations as they travel, by ordinal.</summary>
public static class ConsumeNames
{
    internal static readonly string[] Types = ["CONSUME_ACTIVELY", "CONSUME_PASSIVELY", "CONSUME_POP"];

    internal static readonly string[] Models = ["BROADCASTING", "CLUSTERING"];

    internal static readonly string[] Starts =
    [
        "CONSUME_FROM_LAST_OFFSET",
        "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST",
        "CONSUME_FROM_MIN_OFFSET",
        "CONSUME_FROM_MAX_OFFSET",
        "CONSUME_FROM_FIRST_OFFSET",
        "CONSUME_FROM_TIMESTAMP",
    ];

    /// <summary>The name of a consume type.</summary>
    public static string Of(ConsumeType type) => Types[(int)type];

    /// <summary>The name of a message model.</summary>
    public static string Of(MessageModel model) => Models[(int)model];

    /// <summary>The name of a starting point.</summary>
    public static string Of(ConsumeFromWhere start) => Starts[(int)start];
}
