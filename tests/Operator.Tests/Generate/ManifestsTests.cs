using k8s.Models;
using Operator.Host.Generate;
using Operator.Plan.Instances;
using Xunit;

namespace Operator.Tests.Generate;

public sealed class ManifestsTests
{
    [Fact]
    public void The_operator_holds_everything_that_it_grants_to_brokers()
    {
        var held = OperatorRules.InWatchedNamespaces();

        foreach (var granted in BrokerRules.All)
        {
            Assert.Contains(
                held,
                rule =>
                    rule.ApiGroups!.SequenceEqual(granted.ApiGroups!)
                    && granted.Resources!.All(rule.Resources!.Contains)
                    && granted.Verbs.All(rule.Verbs.Contains)
            );
        }
    }

    [Fact]
    public void No_rule_holds_a_star_or_a_secret()
    {
        Assert.All(
            [.. OperatorRules.Everywhere(), .. OperatorRules.InWholeCluster(), .. OperatorRules.InOwnNamespace()],
            rule =>
            {
                Assert.DoesNotContain("*", rule.Verbs.Concat(rule.Resources!).Concat(rule.ApiGroups!));
                Assert.DoesNotContain("secrets", rule.Resources!);
            }
        );
    }

    [Fact]
    public void Named_namespaces_get_a_role_each_and_of_the_whole_cluster_what_lets_topics_go()
    {
        var objects = Manifests.Build(new ManifestOptions { WatchNamespaces = ["a", "b"], Crds = false }).ToList();

        Assert.DoesNotContain(objects, o => o is V1CustomResourceDefinition);
        var everywhere = objects.OfType<V1ClusterRole>().Single().Rules!;
        Assert.Equal(
            ["rocketmqinstances", "topics", "groups", "customresourcedefinitions"],
            everywhere.SelectMany(r => r.Resources!)
        );
        Assert.Equal(["get", "list", "watch", "patch"], everywhere.SelectMany(r => r.Verbs).Distinct());
        Assert.Equal(
            ["a", "b", "rocketmq-operator"],
            objects.OfType<V1Role>().Select(r => r.Metadata.NamespaceProperty)
        );
        var container = objects.OfType<V1Deployment>().Single().Spec!.Template.Spec!.Containers[0];
        Assert.Contains("--watch-namespaces=a,b", container.Args!);
    }

    [Fact]
    public void Two_installs_share_no_object_but_the_definitions()
    {
        var one = Names(
            new ManifestOptions
            {
                Namespace = "one",
                WatchNamespaces = ["a"],
                Crds = false,
            }
        );
        var two = Names(
            new ManifestOptions
            {
                Namespace = "two",
                WatchNamespaces = ["a"],
                Crds = false,
            }
        );
        var everywhere = Names(new ManifestOptions { Namespace = "three", Crds = false });

        Assert.Empty(one.Intersect(two));
        Assert.Empty(one.Intersect(everywhere));
    }

    [Fact]
    public void An_install_is_small() => Assert.InRange(Manifests.Build(new ManifestOptions()).Count(), 1, 25);

    static List<string> Names(ManifestOptions options) =>
        [
            .. Manifests
                .Build(options)
                .Cast<k8s.IKubernetesObject<V1ObjectMeta>>()
                .Select(o => $"{o.Kind}/{o.Metadata.NamespaceProperty}/{o.Metadata.Name}"),
        ];
}
