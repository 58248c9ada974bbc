using System.Text;
using Broker.Protocol.Bodies;

namespace Broker.Core.Groups;

/// <summary>
/// A consumer group that exists: its settings. The object stays the same while settings change; after a deletion it is
/// dead.
/// </summary>
public sealed class SubscriptionGroup
{
    volatile SubscriptionGroupConfig _config;

    volatile string? _disabledBecause;

    internal SubscriptionGroup(SubscriptionGroupConfig config)
    {
        _config = config;
        Name = config.GroupName;
        NameUtf8 = Encoding.UTF8.GetBytes(Name);
    }

    /// <summary>As clients write it.</summary>
    public string Name { get; }

    /// <summary><see cref="Name"/> in UTF-8. Not to be changed.</summary>
    public byte[] NameUtf8 { get; }

    /// <summary>Why the broker itself took consumption away; null when an administrator did, or nobody.</summary>
    public string? DisabledBecause
    {
        get => _disabledBecause;
        internal set => _disabledBecause = value;
    }

    /// <summary>What consumers are told that may not consume: the reference's words, and why.</summary>
    public string NoPermission =>
        $"subscription group no permission, {Name}" + (DisabledBecause is { } reason ? $": {reason}" : "");

    /// <summary>Current settings, replaced as a whole.</summary>
    public SubscriptionGroupConfig Config
    {
        get => _config;
        internal set => _config = value;
    }
}
