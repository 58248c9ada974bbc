using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Rules;
using Operator.Api.Schemas;

namespace Operator.Plan;

/// <summary>
/// Everything that the API server checks of a custom resource, once more: it may be older than a rule, and servers
/// before
/// 1.25 do not know CEL.
/// </summary>
static class Validation
{
    /// <summary>What is wrong with a spec by its schema and by the table of rules.</summary>
    /// <param name="entity">The resource.</param>
    /// <param name="before">The resource as far as it is known how it was, for rules about changes; else null.</param>
    /// <param name="rules">The kind's table.</param>
    public static IReadOnlyList<Violation> Of<T>(T entity, T? before, IReadOnlyList<Rule<T>> rules)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = CustomResource.All.Single(k => k.Type == typeof(T));
        var node = KubernetesJson.SerializeToNode(entity);
        var violations = SchemaCheck
            .Violations(kind.Schema.Properties!["spec"], node["spec"] ?? new JsonObject(), "spec")
            .ToList();
        if (violations.Count > 0)
            return violations; // a rule may rely on the schema
        foreach (var rule in rules)
        {
            if (rule.Check(entity, before) is { } message)
                violations.Add(new Violation(rule.Path, message));
        }
        return violations;
    }
}
