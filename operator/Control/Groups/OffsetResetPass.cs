using Broker.Protocol;
using Broker.Protocol.Bodies;
using Microsoft.Extensions.Logging;
using Operator.Api.Groups;
using Operator.Control.Admin;
using Operator.Control.Apply;
using Operator.Control.Catalogues;
using Operator.Control.Events;
using Operator.Control.Observe;
using Operator.Plan.Remote;

namespace Operator.Control.Groups;

/// <summary>
/// Carries out offset resets of an instance's Groups. It follows the pass that makes the groups themselves, and writes
/// what is done before anything else is begun: a reset that is repeated would skip or repeat messages.
/// </summary>
sealed class OffsetResetPass(
    BrokerAdmin brokers,
    KindCache<Group> cache,
    StatusWriter<Group, GroupStatus> statuses,
    EventRecorder events,
    FailureBackoff backoff,
    TimeProvider time,
    ILogger logger
) : IRemotePass
{
    /// <inheritdoc/>
    public async Task<(TimeSpan? Next, bool Settled)> RunAsync(
        InstanceContext context,
        CancellationToken cancellationToken
    )
    {
        if (context.Lookup is not { IsKnown: true, Value.Found: { } instance } || context.Masters.Count == 0)
            return (null, true);
        var names = context.Masters.Select(m => m.BrokerGroup).ToList();
        TimeSpan? next = null;
        foreach (var group in cache.OfInstance(context.Key))
        {
            if (OffsetResetPlanner.Plan(group, names, instance.Spec.Paused) is not { } plan)
                continue;
            if (await CarryOutAsync(group, plan, context.Masters, cancellationToken) is { } due)
                next = Deadline.Earliest(due, next);
        }
        return (next, next is null);
    }

    /// <returns>When to go on; null when there is nothing more to do.</returns>
    async Task<TimeSpan?> CarryOutAsync(
        Group group,
        OffsetResetPlan plan,
        IReadOnlyList<Master> masters,
        CancellationToken cancellationToken
    )
    {
        if (plan.HasToBeChecked)
        {
            var (known, later) = await AskAllAsync("check", group, plan, masters, CheckAsync, cancellationToken);
            if (OffsetResetPlanner.Checked(group, plan, known, time.GetUtcNow()) is { } refused)
                return await WriteAsync(group, refused, later, cancellationToken);
        }
        var (answers, retry) = await AskAllAsync("reset", group, plan, masters, ResetAsync, cancellationToken);
        return await WriteAsync(group, OffsetResetPlanner.Outcome(group, plan, answers), retry, cancellationToken);
    }

    async Task<(List<OffsetResetAnswer> Answers, TimeSpan Retry)> AskAllAsync(
        string question,
        Group group,
        OffsetResetPlan plan,
        IReadOnlyList<Master> masters,
        Func<Group, OffsetResetPlan, Master, CancellationToken, Task<OffsetResetAnswer>> ask,
        CancellationToken cancellationToken
    )
    {
        var answers = new List<OffsetResetAnswer>();
        var retry = Masters.Retry;
        foreach (var master in masters.Where(m => m.Address is not null && plan.BrokerGroups.Contains(m.BrokerGroup)))
        {
            var key = $"{question}/{group.Metadata.Uid}/{master.BrokerGroup}";
            if (backoff.Held(key, plan.Wish.Id) is { } held)
            {
                answers.Add(new OffsetResetAnswer(master.BrokerGroup, held.Failure.Message));
                retry = Deadline.Earliest(retry, held.Remaining);
                continue;
            }
            var answer = await AskAsync(group, plan, master, ask, cancellationToken);
            answers.Add(answer);
            if (answer.Failure is { } failure)
                retry = Deadline.Earliest(
                    retry,
                    backoff.Failed(key, plan.Wish.Id, new ApiFailure(false, false, failure))
                );
            else
                backoff.Succeeded(key);
        }
        return (answers, retry);
    }

    async Task<TimeSpan?> WriteAsync(
        Group group,
        RemoteOutcome<GroupStatus> outcome,
        TimeSpan retry,
        CancellationToken cancellationToken
    )
    {
        if (outcome.Status is null)
            return retry;
        if (await statuses.WriteAsync(group, outcome.Status, cancellationToken) is { } pause)
            return Deadline.Earliest(retry, pause);
        foreach (var planned in outcome.Events)
            await events.RecordAsync(group, planned, cancellationToken);
        return outcome.Status.OffsetReset!.State == OffsetResetState.Pending ? retry : null;
    }

    async Task<OffsetResetAnswer> AskAsync(
        Group group,
        OffsetResetPlan plan,
        Master master,
        Func<Group, OffsetResetPlan, Master, CancellationToken, Task<OffsetResetAnswer>> ask,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ask(group, plan, master, cancellationToken);
        }
        catch (RefusedException refused) when (refused.Code == ResponseCode.TopicNotExist)
        {
            return new OffsetResetAnswer(master.BrokerGroup, HasNoTopic: true);
        }
        catch (Exception e) when (AdminFailures.IsOne(e))
        {
            var name = GroupPlanner.RealName(group);
            ControlLog.NotChanged(logger, "position of group", name, master.BrokerGroup, e.Message);
            return new OffsetResetAnswer(master.BrokerGroup, e.Message);
        }
    }

    async Task<OffsetResetAnswer> CheckAsync(
        Group group,
        OffsetResetPlan plan,
        Master master,
        CancellationToken cancellationToken
    )
    {
        var members = await brokers.ReadMembersAsync(master.Address!, GroupPlanner.RealName(group), cancellationToken);
        var answer = new OffsetResetAnswer(master.BrokerGroup)
        {
            IsBroadcast = members?.MessageModel == MessageModel.Broadcasting,
        };
        if (!plan.HasTimeToCheck)
            return answer;
        var times = await brokers.ReadStoreTimesAsync(master.Address!, plan.Wish.Topic, cancellationToken);
        return answer with { Kept = times.IsNone ? null : (times.First, times.Last) };
    }

    async Task<OffsetResetAnswer> ResetAsync(
        Group group,
        OffsetResetPlan plan,
        Master master,
        CancellationToken cancellationToken
    )
    {
        var name = GroupPlanner.RealName(group);
        await brokers.ResetOffsetAsync(master.Address!, name, plan.Wish.Topic, plan.Timestamp, cancellationToken);
        return new OffsetResetAnswer(master.BrokerGroup);
    }
}
