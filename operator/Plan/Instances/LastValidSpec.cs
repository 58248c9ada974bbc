using System.Text.Json;
using k8s;
using Operator.Api.Instances;

namespace Operator.Plan.Instances;

/// <summary>
/// The spec by which an instance is repaired while its current one is invalid. The status keeps it: a person who
/// deletes children cannot delete it with them, and it outlives the operator.
/// </summary>
static class LastValidSpec
{
    /// <summary>The bound of the field in the schema.</summary>
    const int Longest = 262144;

    /// <summary>
    /// The instance as it was last valid, or null when nothing is known. Pausing works at once, whatever else is wrong.
    /// </summary>
    public static RocketMQInstance? Read(RocketMQInstance instance)
    {
        if (instance.Status?.LastValidSpec is not { Length: > 0 } text || Parse(text) is not { } spec || !IsWhole(spec))
            return null;
        var last = new RocketMQInstance
        {
            Metadata = instance.Metadata,
            Status = instance.Status,
            Spec = spec with { Paused = instance.Spec.Paused },
        };
        // Rules may have become stricter since, and a status can be edited by hand.
        return InstanceValidation.Violations(last).Count == 0 ? last : null;
    }

    /// <summary>
    /// What the next status keeps: the current spec once it is valid and the API server refuses nothing.
    /// </summary>
    public static string? Next(InstanceFacts facts, RocketMQInstance instance)
    {
        var before = instance.Status?.LastValidSpec;
        if (
            facts.Violations.Count > 0
            || facts.Deleting
            || facts.Unseen is not null
            || facts.Failures.Any(f => f.IsRefusal)
        )
            return before;
        var text = KubernetesJson.Serialize(instance.Spec);
        return text.Length <= Longest ? text : before;
    }

    /// <summary>JSON can hold null where the type cannot; the schema is checked on what is left then.</summary>
    static bool IsWhole(InstanceSpec spec) =>
        spec
            is {
                NameServers.Resources: not null,
                Brokers:
                { Storage.Size: not null, Retention: { Time: not null, DeleteAt: not null }, Resources: not null },
                Limits: not null,
                Access: not null,
            };

    static InstanceSpec? Parse(string text)
    {
        try
        {
            return KubernetesJson.Deserialize<InstanceSpec>(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
