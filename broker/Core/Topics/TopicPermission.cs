namespace Broker.Core.Topics;

/// <summary>The bits of a topic's and a broker's permission.</summary>
[Flags]
public enum TopicPermission
{
    /// <summary>Neither sent to nor read.</summary>
    None = 0,

    /// <summary>Topics may be created after its example on first use.</summary>
    Inherit = 1,

    /// <summary>Producers may send.</summary>
    Write = 2,

    /// <summary>Consumers may read.</summary>
    Read = 4,

    /// <summary>The usual.</summary>
    ReadWrite = Read | Write,
}
