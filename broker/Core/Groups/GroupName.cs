using System.Text;

namespace Broker.Core.Groups;

/// <summary>Consumer groups with a meaning of their own, and the topics that belong to a group.</summary>
public static class GroupName
{
    /// <summary>The groups that every broker of the reference has from the start; tools use them.</summary>
    internal static readonly string[] BuiltIn =
    [
        "TOOLS_CONSUMER",
        "FILTERSRV_CONSUMER",
        "SELF_TEST_C_GROUP",
        "CID_ONS-HTTP-PROXY",
        "CID_ONSAPI_PULL",
        "CID_ONSAPI_PERMISSION",
        "CID_ONSAPI_OWNER",
        "CID_RMQ_SYS_TRANS",
    ];

    /// <summary>Built-in groups that consume what others consume too.</summary>
    internal static readonly string[] Broadcasting = ["CID_ONS-HTTP-PROXY", "CID_ONSAPI_PULL", "CID_ONSAPI_OWNER"];

    /// <summary>Whether the group belongs to the broker and not to its users.</summary>
    public static bool IsSystem(ReadOnlySpan<byte> group) =>
        IsBrokers(group) || BuiltIn.Contains(Encoding.UTF8.GetString(group), StringComparer.Ordinal);

    /// <summary>
    /// Whether the group, which needs no creation, is how a part of the broker notes its own position: no client may
    /// move it, or popped messages and transactions are passed over.
    /// </summary>
    public static bool IsBrokers(ReadOnlySpan<byte> group) => group.StartsWith("CID_RMQ_SYS_"u8);

    /// <summary>Where messages wait that the group failed to consume.</summary>
    public static string RetryTopic(string group) => "%RETRY%" + group;

    /// <summary>Where messages end that the group failed to consume too often.</summary>
    public static string DeadLetterTopic(string group) => "%DLQ%" + group;
}
