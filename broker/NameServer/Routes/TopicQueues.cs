namespace Broker.NameServer.Routes;

/// <summary>
/// What one broker group offers of one topic. Permission bits: 4 read, 2 write, 1 inherit, 8 priority (protocol.md
/// §2.6).
/// </summary>
public readonly record struct TopicQueues(int ReadQueues, int WriteQueues, int Permission, int SysFlag)
{
    /// <summary>The permission bit for writing.</summary>
    public const int Write = 2;

    /// <summary>The permission bit for reading.</summary>
    public const int Read = 4;

    /// <summary>The same without the right to write.</summary>
    public TopicQueues WithoutWrite() => this with { Permission = Permission & ~Write };

    /// <summary>The same, readable and writable.</summary>
    public TopicQueues WithWrite() => this with { Permission = Read | Write };
}
