using Operator.Api.Conditions;
using Operator.Api.Groups;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>
/// Turns figures that change every second into a status that changes when a person should look again: whether members
/// are online, whether they subscribe to the same, and the backlog in steps of a hundred. A pure function.
/// </summary>
public static class GroupClientsPlanner
{
    static readonly long[] Bounds = [1_000, 100_000, 10_000_000];

    static readonly string[] Words =
    [
        "fewer than 1,000 messages wait",
        "1,000 to 100,000 messages wait",
        "100,000 to 10 million messages wait",
        "more than 10 million messages wait",
    ];

    /// <summary>Whether there are clients to tell of: the brokers have the group.</summary>
    public static bool IsReady(Group group) =>
        group.Status?.Conditions?.Any(c => c is { Type: nameof(ConditionType.Ready), Status: "True" }) == true;

    /// <summary>
    /// Whether the status says anything of clients for the spec as it is: what was seen under another spec would keep
    /// `kubectl wait` waiting.
    /// </summary>
    public static bool IsTold(Group group) =>
        group.Status?.Conditions?.Any(c =>
            c.Type == nameof(ConditionType.Consuming) && c.ObservedGeneration == group.Metadata.Generation
        ) == true;

    /// <summary>The status to write; null when it is the one that the group has, or the group is not Ready.</summary>
    public static GroupStatus? Plan(Group group, GroupClients clients, DateTimeOffset now)
    {
        if (group.Status is not { } before || !IsReady(group))
            return null;
        var backlog = clients.Behind is { } behind ? Step(behind, before.Backlog) : (Backlog?)null;
        var set = new ConditionSet(ResourceKinds.Group, before.Conditions, group.Metadata.Generation, now);
        foreach (var type in Enum.GetValues<ConditionType>())
            set.Keep(type);
        set.Set(ConditionType.Consuming, Consuming(clients, backlog));
        set.Set(ConditionType.Consistent, Consistent(clients));
        var status = before with { Backlog = backlog, Conditions = set.Build() };
        return StatusJson.Same(before, status) ? null : status;
    }

    static Verdict Consuming(GroupClients clients, Backlog? backlog)
    {
        var waiting = backlog is { } step ? $"; {Words[(int)step]}" : "";
        if (clients.Members == 0)
            return Verdict.False(Reason.NoMembers, $"No member is online{waiting}");
        return backlog is null or Backlog.Low
            ? Verdict.True(Reason.KeepingUp, $"Members are online{waiting}")
            : Verdict.True(Reason.Behind, $"Members are online{waiting}: add members, or see what slows them down");
    }

    static Verdict Consistent(GroupClients clients) =>
        clients switch
        {
            { Members: 0 } => Verdict.Unknown(Reason.NoMembers, "No member is online"),
            { Difference: null } => Verdict.Unknown(Reason.NotObserved, "A broker does not compare subscriptions"),
            { Difference: "" } => Verdict.True(Reason.SameSubscriptions, "All members subscribe to the same"),
            { Difference: var difference } => Verdict.False(
                Reason.SubscriptionsDiffer,
                $"Messages are missed: {difference}. Let all members subscribe to the same, and restart them"
            ),
        };

    /// <summary>
    /// A step is left downwards only at half of its bound, or a backlog on the bound would be written for ever.
    /// </summary>
    static Backlog Step(long behind, Backlog? before)
    {
        var step = Bounds.Count(bound => behind >= bound);
        while (before is { } last && step < (int)last && behind >= Bounds[step] / 2)
            step++;
        return (Backlog)step;
    }
}
