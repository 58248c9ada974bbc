namespace Operator.Plan.Remote;

/// <summary>What a resource stands for on the brokers.</summary>
public enum RemoteKind
{
    /// <summary>A topic.</summary>
    Topic,

    /// <summary>A consumer group.</summary>
    Group,
}
