namespace Operator.Api.Conditions;

/// <summary>The kinds of custom resources, as a set.</summary>
[Flags]
public enum ResourceKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>RocketMQInstance.</summary>
    Instance = 1,

    /// <summary>Topic.</summary>
    Topic = 2,

    /// <summary>Group.</summary>
    Group = 4,

    /// <summary>Topic and Group.</summary>
    Remote = Topic | Group,
}
