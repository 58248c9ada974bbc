using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Rules;
using Operator.Api.Schemas;
using Operator.Api.Topics;
using Xunit;

namespace Operator.Tests.Api;

/// <summary>
/// The rules as the operator checks them; <see cref="RuleCases"/> are also given to a real API server by the cluster
/// tests,
/// which must say the same of each.
/// </summary>
public sealed class RuleTests
{
    [Theory]
    [MemberData(nameof(RuleCases.All), MemberType = typeof(RuleCases))]
    public void A_case_breaks_its_rule_or_none(string kind, string json, string before, string breaks)
    {
        var messages = kind switch
        {
            RocketMQInstance.KubeKind => Broken<RocketMQInstance>(InstanceRules.All, json, before),
            Topic.KubeKind => Broken<Topic>(TopicRules.All, json, before),
            _ => Broken<Group>(GroupRules.All, json, before),
        };

        if (breaks.Length == 0)
            Assert.Empty(messages);
        else
            Assert.Contains(breaks, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_rule_has_a_case_that_breaks_it()
    {
        var broken = RuleCases.Rows.Select(c => c.Breaks).Where(b => b.Length > 0).ToList();
        var messages = InstanceRules
            .All.Select(r => r.Message)
            .Concat(TopicRules.All.Select(r => r.Message))
            .Concat(GroupRules.All.Select(r => r.Message));

        Assert.All(messages, m => Assert.Contains(broken, b => m.Contains(b, StringComparison.Ordinal)));
    }

    [Fact]
    public void Rules_use_only_functions_of_Kubernetes_1_25()
    {
        string[] newer =
        [
            "quantity(",
            "isQuantity",
            "optional",
            "orValue",
            "?.",
            "ip(",
            "cidr(",
            "format.",
            "isSorted",
            "messageExpression",
        ];
        var expressions = InstanceRules
            .All.Select(r => r.Cel)
            .Concat(TopicRules.All.Select(r => r.Cel))
            .Concat(GroupRules.All.Select(r => r.Cel));

        Assert.All(
            expressions.OfType<string>(),
            e => Assert.DoesNotContain(newer, n => e.Contains(n, StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Defaults_of_the_schema_are_those_of_the_types()
    {
        foreach (var kind in CustomResource.All)
        {
            var entity = Activator.CreateInstance(kind.Type)!;
            var node = KubernetesJson.SerializeToNode(entity)["spec"]!;
            Compare(kind.Schema.Properties!["spec"], node, kind.Entity.Kind);
        }
    }

    static void Compare(V1JSONSchemaProps schema, System.Text.Json.Nodes.JsonNode? node, string path)
    {
        foreach (var (name, field) in schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>())
        {
            var value = node?[name];
            if (
                field.DefaultProperty is System.Text.Json.Nodes.JsonNode expected
                && expected is not System.Text.Json.Nodes.JsonObject { Count: 0 }
            )
                Assert.True(
                    System.Text.Json.Nodes.JsonNode.DeepEquals(expected, value),
                    $"{path}.{name}: {expected} and {value}"
                );
            else if (field.Properties is { Count: > 0 })
                Compare(field, value, $"{path}.{name}");
            else
                Assert.True(
                    value is null || name is "name",
                    $"{path}.{name} has a default in C# and none in the schema"
                );
        }
    }

    static List<string> Broken<T>(IReadOnlyList<Rule<T>> rules, string json, string before)
        where T : class
    {
        var entity = KubernetesJson.Deserialize<T>(json);
        var old = before.Length == 0 ? null : KubernetesJson.Deserialize<T>(before);
        return [.. rules.Select(r => r.Check(entity, old)).OfType<string>()];
    }
}
