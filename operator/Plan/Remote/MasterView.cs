namespace Operator.Plan.Remote;

/// <summary>What the master of one broker group holds, from one read.</summary>
/// <param name="BrokerGroup">The group's name.</param>
/// <param name="Holds">All topics, or all consumer groups, by real name; unknown when the master did not
/// answer.</param>
public sealed record MasterView<TSettings>(string BrokerGroup, Observed<IReadOnlyDictionary<string, TSettings>> Holds)
    where TSettings : struct;
