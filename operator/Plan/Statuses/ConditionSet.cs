using k8s.Models;
using Operator.Api.Conditions;

namespace Operator.Plan.Statuses;

/// <summary>
/// Collects the conditions of one pass and turns them into those of a status: in one order, with a transition time that
/// moves only with the status, and only such as <see cref="ConditionTable"/> lists.
/// </summary>
sealed class ConditionSet(ResourceKinds kind, IReadOnlyList<V1Condition>? before, long? generation, DateTimeOffset now)
{
    readonly SortedDictionary<ConditionType, Verdict> verdicts = [];
    readonly Dictionary<ConditionType, V1Condition> kept = [];

    /// <summary>What was decided for a type, or null.</summary>
    public Verdict? this[ConditionType type] => verdicts.TryGetValue(type, out var verdict) ? verdict : null;

    /// <summary>Decides a condition; null leaves it out.</summary>
    /// <exception cref="InvalidOperationException">The table has no such row: the reference would not know
    /// it.</exception>
    public void Set(ConditionType type, Verdict? verdict)
    {
        if (verdict is not { } given)
            return;
        if (
            !ConditionTable.Rows.Any(r =>
                r.Type == type && r.Kinds.HasFlag(kind) && r.Status == given.Status && r.Reason == given.Reason
            )
        )
            throw new InvalidOperationException(
                $"{kind} {type}={given.Status}/{given.Reason} is not in the table of conditions"
            );
        verdicts[type] = given;
    }

    /// <summary>Leaves a condition as it was before this pass; one that is decided goes first.</summary>
    public void Keep(ConditionType type)
    {
        if (Before(type) is { } condition)
            kept[type] = condition;
    }

    /// <summary>The conditions in the order of their types.</summary>
    public IReadOnlyList<V1Condition> Build() =>
        [
            .. verdicts
                .Keys.Union(kept.Keys)
                .Order()
                .Select(type => verdicts.TryGetValue(type, out var verdict) ? Build(type, verdict) : kept[type]),
        ];

    /// <summary>The condition of that type before this pass, or null.</summary>
    public V1Condition? Before(ConditionType type) => before?.FirstOrDefault(c => c.Type == type.ToString());

    V1Condition Build(ConditionType type, Verdict verdict)
    {
        var last = Before(type);
        var at = last is not null && last.Status == verdict.Status ? last.LastTransitionTime : Seconds(now);
        return new V1Condition
        {
            Type = type.ToString(),
            Status = verdict.Status,
            Reason = verdict.Reason.ToString(),
            Message = Sentence.Bounded(verdict.Message),
            ObservedGeneration = generation,
            LastTransitionTime = at,
        };
    }

    /// <summary>Kubernetes keeps seconds; a fraction would come back different and look like a change.</summary>
    static DateTime Seconds(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, DateTimeKind.Utc);
}
