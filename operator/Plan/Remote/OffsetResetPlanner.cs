using System.Globalization;
using Operator.Api;
using Operator.Api.Conditions;
using Operator.Api.Groups;
using Operator.Plan.Statuses;

namespace Operator.Plan.Remote;

/// <summary>
/// Decides which masters still have to carry out a Group's offset reset, and what its status says afterwards. The
/// masters that did are in the status, so that an operator that ends in between does not repeat a reset where it was
/// made. Pure functions.
/// </summary>
public static class OffsetResetPlanner
{
    /// <summary>The requests to make; none when the id is done, or while the group is not as spec says.</summary>
    /// <param name="group">The Group, with the status that was written last.</param>
    /// <param name="brokerGroups">All broker groups of the instance.</param>
    /// <param name="paused">Whether <c>spec.paused</c> of the instance is true.</param>
    public static OffsetResetPlan? Plan(Group group, IReadOnlyList<string> brokerGroups, bool paused)
    {
        if (group.Spec.OffsetReset is not { } wish || wish.Timestamp() is not { } timestamp)
            return null;
        if (paused || group.Spec.Management == Management.ObserveOnly || !IsSynced(group))
            return null;
        var last = group.Status!.OffsetReset;
        var isSame = last?.Id == wish.Id;
        if (isSame && last!.State != OffsetResetState.Pending)
            return null;
        var done = isSame ? last!.BrokerGroups ?? [] : [];
        return new OffsetResetPlan(wish, timestamp, [.. brokerGroups.Except(done)], done);
    }

    /// <summary>
    /// What a pass that does not carry out resets knows of them. A wish is kept from the start, since a server
    /// without CEL admits another one with the same id.
    /// </summary>
    /// <param name="last">What is in the status.</param>
    /// <param name="spec">The wish and whether it is to be carried out.</param>
    public static OffsetResetStatus? Noted(OffsetResetStatus? last, GroupSpec spec)
    {
        if (spec.OffsetReset is not { } wish || spec.Management == Management.ObserveOnly)
            return last;
        if (last?.Id == wish.Id)
            return last with { Wish = last.Wish ?? wish };
        return new OffsetResetStatus
        {
            Id = wish.Id,
            Wish = wish,
            State = OffsetResetState.Pending,
            EarlierIds = Earlier(last, wish.Id),
            Message = "Waiting until the group is as specified",
        };
    }

    /// <summary>
    /// Whether a wish can be carried out, from what the masters said to that; null when it can and the reset may
    /// begin.
    /// To a time it begins nowhere before all have said what they keep, so that none is half done.
    /// </summary>
    /// <param name="group">The Group that was planned.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="answers">One for each request that was made.</param>
    /// <param name="now">The time of the condition.</param>
    public static RemoteOutcome<GroupStatus>? Checked(
        Group group,
        OffsetResetPlan plan,
        IReadOnlyList<OffsetResetAnswer> answers,
        DateTimeOffset now
    )
    {
        if (Earlier(group.Status!.OffsetReset, plan.Wish.Id)?.Contains(plan.Wish.Id) == true)
            return Refused(group, plan, $"Id {plan.Wish.Id} was used before, and each is carried out once", now);
        if (answers.Any(a => a.IsBroadcast))
            return Refused(group, plan, "The group is broadcast to: its members keep their positions themselves", now);
        if (!plan.HasTimeToCheck)
            return null;
        var failed = answers.Where(a => a.Failure is not null).ToList();
        if (answers.Count < plan.BrokerGroups.Count || failed.Count > 0)
        {
            var known = answers.Except(failed).Select(a => a.BrokerGroup);
            return Outcome(group, plan with { BrokerGroups = [.. plan.BrokerGroups.Except(known)] }, failed);
        }
        if (answers.All(a => a.HasNoTopic))
            return Outcome(group, plan, answers);
        var kept = answers.Where(a => a.Kept is not null).Select(a => a.Kept!.Value).ToList();
        if (kept.Count == 0)
            return Refused(
                group,
                plan,
                $"Topic {plan.Wish.Topic} keeps no message, so {plan.Wish.Time} leads to none",
                now
            );
        var (first, last) = (kept.Min(k => k.First), kept.Max(k => k.Last));
        if (plan.Timestamp >= WholeSecond(first) && plan.Timestamp <= last)
            return null;
        var why =
            $"{plan.Wish.Time} lies outside of what topic {plan.Wish.Topic} keeps, messages that were stored from "
            + $"{Text(first)} to {Text(last)}";
        return Refused(group, plan, why, now);
    }

    static RemoteOutcome<GroupStatus> Refused(Group group, OffsetResetPlan plan, string why, DateTimeOffset now)
    {
        var message = Sentence.Bounded($"{why}; nothing was set. Another wish needs another id");
        var next = new OffsetResetStatus
        {
            Id = plan.Wish.Id,
            Wish = plan.Wish,
            State = OffsetResetState.Refused,
            EarlierIds = Earlier(group.Status!.OffsetReset, plan.Wish.Id),
            Message = message,
        };
        var before = group.Status;
        var set = new ConditionSet(ResourceKinds.Group, before.Conditions, group.Metadata.Generation, now);
        foreach (var type in Enum.GetValues<ConditionType>())
            set.Keep(type);
        set.Set(ConditionType.Warning, Warning(plan.Wish, next));
        return new RemoteOutcome<GroupStatus>(
            before with
            {
                OffsetReset = next,
                Conditions = set.Build(),
            },
            [new PlannedEvent(true, Reason.OffsetResetRefused, message)]
        );
    }

    /// <summary>What a person should know of a reset that is still wished; null for nothing.</summary>
    internal static Verdict? Warning(OffsetResetSpec? wish, OffsetResetStatus? reset) =>
        reset is { State: OffsetResetState.Refused, Message: { } message } && reset.Id == wish?.Id
            ? Verdict.True(Reason.OffsetResetRefused, message)
            : null;

    /// <summary>The status and events once it is known what the masters answered.</summary>
    /// <param name="group">The Group that was planned.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="answers">One for each request that was made.</param>
    public static RemoteOutcome<GroupStatus> Outcome(
        Group group,
        OffsetResetPlan plan,
        IReadOnlyList<OffsetResetAnswer> answers
    )
    {
        // A topic in global order is on one broker group only: the others have nothing to set.
        var isNowhere = plan.Done.Count == 0 && answers.Count > 0 && answers.All(a => a.HasNoTopic);
        var done = isNowhere ? [] : answers.Where(a => a.Failure is null).Select(a => a.BrokerGroup);
        var all = plan.Done.Concat(done).Order(StringComparer.Ordinal).ToList();
        var open = plan.BrokerGroups.Except(all).ToList();
        var failed = answers.FirstOrDefault(a => a.Failure is not null);
        var message =
            open.Count == 0 ? null
            : isNowhere ? $"No broker group has topic {plan.Wish.Topic}: correct spec.offsetReset and its id"
            : failed is not null ? $"{failed.BrokerGroup}: {failed.Failure}"
            : $"Waiting for a master of {Sentence.Names(open)}";
        var next = new OffsetResetStatus
        {
            Id = plan.Wish.Id,
            Wish = plan.Wish,
            State = open.Count == 0 ? OffsetResetState.Done : OffsetResetState.Pending,
            BrokerGroups = all.Count == 0 ? null : all,
            EarlierIds = Earlier(group.Status!.OffsetReset, plan.Wish.Id),
            Message = message is null ? null : Sentence.Bounded(message),
        };
        var status = group.Status with { OffsetReset = next };
        return StatusJson.Same(group.Status, status)
            ? new RemoteOutcome<GroupStatus>(null, [])
            : new RemoteOutcome<GroupStatus>(
                status,
                [.. Events(group, plan.Wish, next, failed is not null || isNowhere)]
            );
    }

    static IEnumerable<PlannedEvent> Events(Group group, OffsetResetSpec wish, OffsetResetStatus next, bool isFailing)
    {
        var name = GroupPlanner.RealName(group);
        if (next.State == OffsetResetState.Done)
            yield return new PlannedEvent(
                false,
                Reason.OffsetReset,
                $"The position of group {name} in topic {wish.Topic} was set to {wish.Time ?? wish.To.ToString()} "
                    + $"(id {wish.Id})"
            );
        else if (isFailing)
            yield return new PlannedEvent(true, Reason.OffsetResetFailed, next.Message!);
    }

    /// <summary>
    /// The ids that are spent when this one comes: without them an older manifest that is applied again would repeat
    /// its reset. One that was replaced before it set anything is not spent.
    /// </summary>
    static IReadOnlyList<string>? Earlier(OffsetResetStatus? last, string id)
    {
        if (last is null || last.Id == id)
            return last?.EarlierIds;
        var isSpent = last.State != OffsetResetState.Pending || last.BrokerGroups is { Count: > 0 };
        if (!isSpent)
            return last.EarlierIds;
        var earlier = (last.EarlierIds ?? []).Where(spent => spent != last.Id);
        return [last.Id, .. earlier.Take(OffsetResetStatus.EarlierIdsMax - 1)];
    }

    /// <summary>Wishes are in seconds: that of the first message must be one that can be wished.</summary>
    static long WholeSecond(long time) => time - (time % 1000);

    static string Text(long time) =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(time)
            .ToString(OffsetResetSpec.TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>Before the group exists as specified there is no position to set.</summary>
    static bool IsSynced(Group group) =>
        group.Metadata.DeletionTimestamp is null
        && group.Status?.Conditions?.FirstOrDefault(c => c.Type == nameof(ConditionType.Synced))
            is { Status: "True" } synced
        && synced.ObservedGeneration == group.Metadata.Generation;
}
