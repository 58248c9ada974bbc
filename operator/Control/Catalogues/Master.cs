namespace Operator.Control.Catalogues;

/// <summary>The master of one broker group, as far as it is known.</summary>
/// <param name="BrokerGroup">The group's name, which is the brokerName.</param>
/// <param name="PodUid">Names the process that is asked.</param>
/// <param name="Pod">The pod, for sentences.</param>
/// <param name="Address">Its remoting address; null when it cannot be asked.</param>
/// <param name="Cause">Why it cannot be asked.</param>
sealed record Master(string BrokerGroup, string PodUid, string Pod, string? Address, string Cause);
