using Operator.Api.Conditions;
using Operator.Plan.Actions;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances.Conditions;

/// <summary>Do the pods run what the spec says?</summary>
static class ConfigurationAppliedCondition
{
    public static Verdict Judge(InstanceFacts facts)
    {
        if (facts.Deleting)
            return Verdict.False(Reason.Deleting, Deletion(facts));
        if (facts.Violations.Count > 0)
            return Verdict.False(
                Reason.InvalidSpec,
                facts.HasNoValidSpec
                    ? string.Join("; ", facts.Violations)
                    : $"{string.Join("; ", facts.Violations)}. Until then the last valid spec applies"
            );
        if (facts.Unseen is { } cause)
            return Verdict.Unknown(Reason.NotObserved, $"What exists was not seen, and nothing was changed: {cause}");
        if (facts.Failures.Where(f => f.IsTaken).ToList() is { Count: > 0 } taken)
            return Verdict.False(Reason.NameTaken, TakenMessage(taken));
        if (facts.Failures.Select(f => UnknownField.Of(f, facts.Model)).FirstOrDefault(v => v is not null) is { } wrong)
            return Verdict.False(Reason.InvalidSpec, $"{wrong}");
        if (facts.Failures.Where(f => f.IsRefusal).ToList() is [var refused, ..])
            return Verdict.False(Reason.RefusedByApiServer, $"{refused.Child} was refused: {refused.Message}");
        if (facts.Failures is [var failed, ..])
            return Verdict.False(
                Reason.ApplyFailed,
                $"{failed.Child} could not be written and is tried again: {failed.Message}"
            );
        if (facts.Waiting > 0)
            return Verdict.False(
                Reason.PausedBySpec,
                $"{Sentence.Count(facts.Waiting, "change")} to make once spec.paused is false"
            );
        if (facts.StorageDifferences.Count > 0)
        {
            var differences = Sentence.Names(facts.StorageDifferences);
            return Verdict.False(
                Reason.StorageDiffers,
                $"This version does not change volumes: {differences}. Set spec.brokers.storage back"
            );
        }
        if (facts.Kept.Count > 0)
            return Verdict.False(Reason.GroupsKept, KeptMessage(facts));
        return PodsOutdatedCondition.Judge(facts) is { } outdated
            ? Verdict.False(outdated.Reason, outdated.Message)
            : Verdict.True(Reason.AsExpected, "All objects and pods are as spec says");
    }

    static string Deletion(InstanceFacts facts) =>
        facts.Failures is [var failed, ..]
            ? $"The instance is being deleted, and {failed.Child} could not be: {failed.Message}"
            : facts.DeletionWaits ?? "The instance or its namespace is being deleted";

    static string TakenMessage(List<ActionFailure> taken) =>
        $"{Sentence.Names(taken.Select(f => $"{f.Child} {f.Message}"))}. Delete or rename what has the instance's "
        + "names, or choose another name for the instance; the operator goes on when they are free";

    static string KeptMessage(InstanceFacts facts)
    {
        var kept = Sentence.Names(facts.Kept.Select(g => g.Name));
        var wanted = facts.Kept.Max(g => g.Number) + 1;
        return $"spec.brokers.groups is {facts.Model.Spec.Brokers.Groups}, and {kept} may still hold messages. "
            + $"Set it to {wanted}, or give a group up by deleting its StatefulSet; its volume stays";
    }
}
