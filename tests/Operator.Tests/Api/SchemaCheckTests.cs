using System.Text.Json.Nodes;
using Operator.Api.Schemas;
using Xunit;

namespace Operator.Tests.Api;

public sealed class SchemaCheckTests
{
    [Theory]
    [InlineData("{}", "")]
    [InlineData("""{"brokers":{"groups":0}}""", "spec.brokers.groups: must be at least 1")]
    [InlineData("""{"brokers":{"groups":"2"}}""", "spec.brokers.groups: must be of type integer")]
    [InlineData("""{"brokers":5}""", "spec.brokers: must be of type object")]
    [InlineData("""{"brokers":{"flush":"Never"}}""", "spec.brokers.flush: must be one of Async, Sync")]
    [InlineData(
        """{"brokers":{"retention":{"time":"5m"}}}""",
        "spec.brokers.retention.time: must match ^[1-9][0-9]{0,4}[hd]$"
    )]
    [InlineData("""{"brokers":{"config":{"a":1}}}""", "spec.brokers.config.a: must be of type string")]
    [InlineData("""{"brokers":{"resources":{"limits":{"cpu":1}}}}""", "")]
    [InlineData(
        """{"brokers":{"resources":{"limits":{"cpu":"x"}}}}""",
        "spec.brokers.resources.limits.cpu: must match"
    )]
    [InlineData("""{"brokers":{"podTemplate":{"anything":[1,"a"]}}}""", "")]
    [InlineData("""{"access":{"allowedNamespaces":["A"]}}""", "spec.access.allowedNamespaces[0]: must match")]
    [InlineData("""{"image":""}""", "spec.image: must have at least 1 characters")]
    public void An_object_is_held_against_its_schema(string spec, string violation)
    {
        var schema = CustomResource.All[0].Schema.Properties!["spec"];

        var violations = SchemaCheck.Violations(schema, JsonNode.Parse(spec), "spec").ToList();

        if (violation.Length == 0)
            Assert.Empty(violations);
        else
            Assert.StartsWith(violation, Assert.Single(violations).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_required_is_missed() =>
        Assert.Equal(
            "spec.instanceRef: is required",
            Assert
                .Single(
                    SchemaCheck.Violations(CustomResource.All[1].Schema.Properties!["spec"], new JsonObject(), "spec")
                )
                .ToString()
        );

    [Fact]
    public void Every_kind_is_listed_by_its_category_and_never_by_all() =>
        Assert.All(CustomResource.All, kind => Assert.Equal(["rocketmq"], kind.Definition().Spec!.Names.Categories!));

    [Fact]
    public void The_rendering_without_rules_differs_in_nothing_else()
    {
        foreach (var kind in CustomResource.All)
        {
            var with = k8s.KubernetesJson.SerializeToNode(kind.Definition());
            Strip(with);
            Assert.True(
                JsonNode.DeepEquals(with, k8s.KubernetesJson.SerializeToNode(kind.Definition(withRules: false)))
            );
        }
    }

    static void Strip(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Strip(item);
        }
        if (node is not JsonObject map)
            return;
        map.Remove("x-kubernetes-validations");
        foreach (var (_, value) in map)
            Strip(value);
    }
}
