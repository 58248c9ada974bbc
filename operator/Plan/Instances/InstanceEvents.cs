using Operator.Api.Conditions;
using Operator.Api.Instances;
using Operator.Plan.Statuses;

namespace Operator.Plan.Instances;

/// <summary>
/// The events of a pass: one for each condition that went over to something a person wants to hear of, else none.
/// </summary>
static class InstanceEvents
{
    public static IReadOnlyList<PlannedEvent> Of(InstanceStatus? before, InstanceStatus after, ConditionSet conditions)
    {
        var events = new List<PlannedEvent>();
        if (
            conditions[ConditionType.Ready] is { IsTrue: true } ready
            && conditions.Before(ConditionType.Ready)?.Status != "True"
        )
            events.Add(new PlannedEvent(false, ready.Reason, ready.Message));
        if (conditions[ConditionType.Degraded] is { } degraded && Changed(ConditionType.Degraded, degraded))
        {
            if (degraded.IsTrue)
                events.Add(new PlannedEvent(true, degraded.Reason, degraded.Message));
            else if (conditions.Before(ConditionType.Degraded)?.Status == "True")
                events.Add(new PlannedEvent(false, degraded.Reason, degraded.Message));
        }
        if (
            conditions[ConditionType.ConfigurationApplied] is { IsFalse: true } applied
            && Changed(ConditionType.ConfigurationApplied, applied)
        )
            events.Add(
                new PlannedEvent(
                    applied.Reason is not (Reason.PausedBySpec or Reason.Deleting or Reason.RollPending),
                    applied.Reason,
                    applied.Message
                )
            );
        foreach (var (service, address) in after.Addresses ?? new Dictionary<string, string>())
        {
            if (before?.Addresses?.TryGetValue(service, out var last) == true && last != address)
            {
                var message =
                    $"Service {service} had address {last} and now has {address}: clients find it with their next "
                    + "route refresh";
                events.Add(new PlannedEvent(true, Reason.AddressChanged, message));
            }
        }
        return events;

        bool Changed(ConditionType type, Verdict now) =>
            conditions.Before(type) is not { } last
            || last.Status != now.Status
            || last.Reason != now.Reason.ToString();
    }
}
