namespace Operator.Plan.Remote;

/// <summary>A request that a master refused or did not answer.</summary>
/// <param name="BrokerGroup">As in the change.</param>
/// <param name="Message">The broker's remark, or what happened instead of an answer.</param>
public readonly record struct RemoteFailure(string BrokerGroup, string Message);
