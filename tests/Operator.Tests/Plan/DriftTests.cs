using System.Text.Json;
using k8s;
using k8s.Models;
using Operator.Plan.Actions;
using Operator.Plan.Diff;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>What others add to an object of the operator goes again: ours is ours whole.</summary>
public sealed class DriftTests
{
    static readonly Dictionary<string, Action<World>> Additions = new()
    {
        {
            "a subject in the binding",
            w =>
                w.Find<V1RoleBinding>("orders-broker")!
                    .Subjects!.Add(new Rbacv1Subject { Kind = "ServiceAccount", Name = "thief" })
        },
        {
            "a subject of the same name and another kind",
            w =>
                w.Find<V1RoleBinding>("orders-broker")!
                    .Subjects!.Insert(0, new Rbacv1Subject { Kind = "User", Name = "orders-broker" })
        },
        { "a verb in the role", w => w.Find<V1Role>("orders-broker")!.Rules![0].Verbs.Add("delete") },
        {
            "a rule in the role",
            w =>
                w.Find<V1Role>("orders-broker")!
                    .Rules!.Add(new V1PolicyRule { Verbs = ["get"], Resources = ["secrets"] })
        },
        { "a key in a selector", w => w.Find<V1Service>("orders-g0-0")!.Spec!.Selector!["x"] = "y" },
        {
            "a selector on a master Service",
            w => w.Find<V1Service>("orders-g0-a")!.Spec!.Selector = new Dictionary<string, string> { ["x"] = "y" }
        },
        {
            "a port",
            w => w.Find<V1Service>("orders-ns-0")!.Spec!.Ports!.Insert(0, new V1ServicePort { Name = "x", Port = 99 })
        },
        { "an external address", w => w.Find<V1Service>("orders-ns-0")!.Spec!.ExternalIPs = ["192.0.2.1"] },
        { "the type NodePort", NodePort },
        { "session affinity", w => w.Find<V1Service>("orders-ns-0")!.Spec!.SessionAffinity = "ClientIP" },
        { "a key in a ConfigMap", w => w.Find<V1ConfigMap>("orders-g0")!.Data!["extra"] = "x" },
        {
            "binary data in a ConfigMap",
            w => w.Find<V1ConfigMap>("orders-g0")!.BinaryData = new Dictionary<string, byte[]> { ["x"] = [1] }
        },
        { "an immutable ConfigMap", w => w.Find<V1ConfigMap>("orders-g0")!.Immutable = true },
        { "a container", w => Pod(w).Containers.Insert(0, new V1Container { Name = "injected", Image = "x" }) },
        { "a variable", w => Pod(w).Containers[0].Env!.Insert(0, new V1EnvVar { Name = "X", Value = "y" }) },
        { "a node selector", w => Pod(w).NodeSelector = new Dictionary<string, string> { ["x"] = "y" } },
        { "the host's network", w => Pod(w).HostNetwork = true },
        { "an init container", w => Pod(w).InitContainers = [new V1Container { Name = "injected" }] },
        { "a toleration", w => Pod(w).Tolerations = [new V1Toleration { Key = "x" }] },
        {
            "a template's label",
            w => w.Find<V1StatefulSet>("orders-g0")!.Spec!.Template.Metadata!.Labels!["x/y~z"] = "y"
        },
        { "a token for name servers", w => Template(w, "orders-ns").AutomountServiceAccountToken = null },
        { "another budget", w => w.Find<V1PodDisruptionBudget>("orders-g0")!.Spec!.MinAvailable = 1 },
        {
            "a key in a budget's selector",
            w =>
                w.Find<V1PodDisruptionBudget>("orders-g0")!.Spec!.Selector!.MatchExpressions = [
                    new V1LabelSelectorRequirement { Key = "x", OperatorProperty = "Exists" },
                ]
        },
    };

    public static TheoryData<string> Names => [.. Additions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_somebody_adds_to_a_child_is_removed(string what)
    {
        var world = new World().Settled();
        var before = Text(world);
        Additions[what](world);
        Assert.NotEqual(before, Text(world));

        for (var pass = 0; pass < 3; pass++)
            world.Pass();

        Assert.True(before == Text(world), $"{what} is still there");
        Assert.Empty(world.Pass());
    }

    [Fact]
    public void What_the_server_fills_in_is_no_addition()
    {
        var world = new World().Settled();
        foreach (var name in new[] { "orders-ns", "orders-g0" })
        {
            var pod = Template(world, name);
            pod.RestartPolicy = "Always";
            pod.DnsPolicy = "ClusterFirst";
            pod.SchedulerName = "default-scheduler";
            pod.Containers[0].ImagePullPolicy = "IfNotPresent";
            pod.Containers[0].TerminationMessagePath = "/dev/termination-log";
            pod.Volumes![0].ConfigMap!.DefaultMode = 420;
            pod.Containers[0].Env![^1].ValueFrom!.FieldRef!.ApiVersion = "v1";
        }
        Template(world, "orders-g0").ServiceAccount = "orders-broker";
        var service = world.Find<V1Service>("orders-ns-0")!.Spec!;
        (service.Type, service.SessionAffinity, service.InternalTrafficPolicy) = ("ClusterIP", "None", "Cluster");
        (service.IpFamilies, service.IpFamilyPolicy) = (["IPv4"], "SingleStack");
        world.Find<V1ServiceAccount>("orders-broker")!.ImagePullSecrets =
        [
            new V1LocalObjectReference { Name = "mine" },
        ];

        Assert.Empty(world.Pass());
    }

    static void NodePort(World world)
    {
        var spec = world.Find<V1Service>("orders-ns-0")!.Spec!;
        spec.Type = "NodePort";
        spec.ExternalTrafficPolicy = "Cluster";
        foreach (var port in spec.Ports!)
            port.NodePort = 30000 + port.Port % 1000;
    }

    static V1PodSpec Pod(World world) => Template(world, "orders-g0");

    static V1PodSpec Template(World world, string set) => world.Find<V1StatefulSet>(set)!.Spec!.Template.Spec!;

    static string Text(World world) =>
        string.Join(
            '\n',
            world.Everything().Select(o => Fingerprint.OfObject(o) + o.Metadata.Name).Order(StringComparer.Ordinal)
        );
}
