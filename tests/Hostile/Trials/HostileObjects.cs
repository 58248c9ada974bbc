using System.Text.Json.Nodes;
using Hostile.Operators;

namespace Hostile.Trials;

/// <summary>Objects are deleted, changed, foreign, or wrong, and the operator has to make the best of them.</summary>
static class HostileObjects
{
    const string StatefulSets = "statefulsets.apps";
    const string Instances = "rocketmqinstances.rocketmq.io";

    public static IEnumerable<Trial> All =>
        [
            new(
                "children-deleted",
                "every child but the volumes deleted at once, 3 times",
                "all come back, Services with their addresses",
                DeletedAsync
            ),
            new(
                "foreign-objects",
                "a Service, a ConfigMap and a disruption budget of somebody else have children's names",
                "they stay as they are, also after the instance, a condition names them",
                ForeignAsync
            ),
            new(
                "corrected-spec",
                "a pod template that no node can run, corrected a minute later",
                "the pods that never were ready are replaced without a human",
                CorrectedAsync
            ),
            new(
                "invalid-spec-repairs",
                "an invalid spec over a running instance, then a Service and a ConfigMap deleted",
                "they come back by the last valid spec",
                InvalidAsync
            ),
            new(
                "drift",
                "extra selector keys, external IPs, subjects, and keys of a ConfigMap by somebody else",
                "what is ours is set back",
                DriftAsync
            ),
            new(
                "volumes-after-a-switch-to-retain",
                "policy Delete, a switch to Retain and the deletion at once, 3 instances",
                "the volumes stay",
                RetainAsync
            ),
            new(
                "topic-taken-over",
                "Topic b claims the name of Topic a, a is deleted with policy Delete",
                "the broker keeps the topic",
                TakeOverAsync
            ),
            new(
                "same-thing-written-differently",
                "100m as 0.1, 512Mi as 536870912, tolerations: [], dnsPolicy: ClusterFirst",
                "nothing is rolled, no condition says so",
                SameAsync
            ),
            new(
                "leases-and-slices-without-labels",
                "the group's Lease and EndpointSlices lose their labels",
                "they get them back, and nothing is asked for ever",
                LabelsAsync
            ),
        ];

    static async Task<OperatorStage> ReadyAsync(Scene scene, string spec = "{}")
    {
        var stage = await OperatorStage.OpenAsync(scene);
        await stage.StartAsync();
        stage.Stage.Create("rocketmqinstances", "orders", spec);
        stage.Stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");
        await stage.UntilReadyAsync();
        return stage;
    }

    static async Task DeletedAsync(Scene scene)
    {
        var stage = await ReadyAsync(scene);
        string[] kinds =
        [
            "services",
            "configmaps",
            StatefulSets,
            "endpointslices.discovery.k8s.io",
            "serviceaccounts",
            "roles.rbac.authorization.k8s.io",
            "rolebindings.rbac.authorization.k8s.io",
            "poddisruptionbudgets.policy",
        ];
        var children = stage
            .Objects.All()
            .Where(o => kinds.Contains(o.Resource) && Name(o.Object).StartsWith("orders-", StringComparison.Ordinal))
            .Select(o => (o.Resource, Name: Name(o.Object)))
            .ToList();
        var addresses = Addresses(stage);
        for (var round = 0; round < 3; round++)
        {
            foreach (var (resource, name) in children.Where(c => stage.Has(c.Resource, c.Name)))
                stage.Objects.Delete(resource, OperatorStage.Namespace, name, "Orphan");
            await scene.UntilAsync(
                () => children.TrueForAll(c => stage.Has(c.Resource, c.Name)),
                null,
                "every child is there again"
            );
            await stage.UntilReadyAsync();
            foreach (var (name, address) in Addresses(stage))
                Scene.Must(addresses[name] == address, $"{name} had {addresses[name]} and has {address}");
        }
        scene.Figure("children", children.Count);
    }

    static Dictionary<string, string> Addresses(OperatorStage stage) =>
        stage
            .Objects.List("services", OperatorStage.Namespace)
            .Where(s => Name(s).StartsWith("orders-g0-", StringComparison.Ordinal))
            .ToDictionary(Name, s => (string?)s["spec"]!["clusterIP"] ?? "");

    static string Name(JsonObject json) => (string)json["metadata"]!["name"]!;

    static async Task ForeignAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        (string Resource, JsonObject Json)[] foreign =
        [
            (
                "services",
                Foreign("v1", "Service", "orders-g0-0", """{"selector":{"app":"mine"},"ports":[{"port":80}]}""")
            ),
            (
                "poddisruptionbudgets.policy",
                Foreign(
                    "policy/v1",
                    "PodDisruptionBudget",
                    "orders-g0",
                    """{"selector":{"matchLabels":{"app":"mine"}}}"""
                )
            ),
        ];
        foreach (var (resource, json) in foreign)
            stage.Objects.Create(resource, json);
        stage.Objects.Create(
            "configmaps",
            new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject { ["name"] = "orders-ns", ["namespace"] = OperatorStage.Namespace },
                ["data"] = new JsonObject { ["mine"] = "1" },
            }
        );
        await stage.StartAsync();
        stage.Stage.CreateQuickstart();
        await scene.UntilAsync(() => stage.Has("serviceaccounts", "orders-broker"), null, "the operator has worked");
        await scene.WaitAsync(8);
        stage.Objects.Delete(Instances, OperatorStage.Namespace, "orders");
        await scene.WaitAsync(5);
        string[] all = ["services/orders-g0-0", "poddisruptionbudgets.policy/orders-g0", "configmaps/orders-ns"];
        foreach (var (resource, name) in all.Select(a => (a.Split('/')[0], a.Split('/')[1])))
        {
            var left = stage.Objects.Find(resource, OperatorStage.Namespace, name);
            Scene.Must(left is not null, $"{resource} {name} of somebody else went with the instance");
            Scene.Must(
                left!["metadata"]!["ownerReferences"] is null
                    && !left.ToJsonString().Contains("rocketmq", StringComparison.Ordinal),
                $"{resource} {name} of somebody else was changed: {left.ToJsonString()[..200]}"
            );
        }
    }

    static JsonObject Foreign(string version, string kind, string name, string spec) =>
        new()
        {
            ["apiVersion"] = version,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = OperatorStage.Namespace },
            ["spec"] = JsonNode.Parse(spec),
        };

    static async Task CorrectedAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        await stage.StartAsync();
        stage.Stage.Cluster.HasNode = pod => pod.Spec?.NodeSelector is not { Count: > 0 };
        const string wrong = """{"brokers":{"podTemplate":{"spec":{"nodeSelector":{"no":"such"}}}}}""";
        stage.Stage.Create("rocketmqinstances", "orders", wrong);
        await scene.UntilAsync(() => stage.Has("pods", "orders-g0-0"), null, "the pod is there");
        await scene.WaitAsync(20);
        stage.ChangeSpec(spec => spec.Remove("brokers"));
        await scene.UntilAsync(
            () =>
                stage.Has("pods", "orders-g0-0")
                && stage.At("pods", "orders-g0-0", "spec", "nodeSelector", "no") is null,
            TimeSpan.FromSeconds(120),
            $"the pod that never was ready is replaced ({stage.Condition("Ready", "message")})"
        );
        await stage.UntilReadyAsync();
    }

    static async Task InvalidAsync(Scene scene)
    {
        var stage = await ReadyAsync(scene);
        stage.ChangeSpec(spec =>
            spec["brokers"] = new JsonObject { ["config"] = new JsonObject { ["brokerName"] = "x" } }
        );
        await scene.UntilAsync(() => stage.Condition("Ready") == "InvalidSpec", null, "the spec is said to be invalid");
        stage.Objects.Delete("services", OperatorStage.Namespace, "orders-g0-0");
        stage.Objects.Delete("configmaps", OperatorStage.Namespace, "orders-g0");
        await scene.UntilAsync(
            () => stage.Has("services", "orders-g0-0") && stage.Has("configmaps", "orders-g0"),
            TimeSpan.FromSeconds(60),
            "what was deleted is there again although the spec is invalid"
        );
    }

    static async Task DriftAsync(Scene scene)
    {
        var stage = await ReadyAsync(scene);
        stage.Objects.Change(
            "services",
            OperatorStage.Namespace,
            "orders-g0-0",
            s => s["spec"]!["selector"]!["extra"] = "1"
        );
        stage.Objects.Change(
            "services",
            OperatorStage.Namespace,
            "orders-ns",
            s => s["spec"]!["externalIPs"] = new JsonArray("198.51.100.7")
        );
        stage.Objects.Change(
            "rolebindings.rbac.authorization.k8s.io",
            OperatorStage.Namespace,
            "orders-broker",
            r =>
                r["subjects"]!
                    .AsArray()
                    .Add(
                        new JsonObject
                        {
                            ["kind"] = "ServiceAccount",
                            ["name"] = "stranger",
                            ["namespace"] = "default",
                        }
                    )
        );
        stage.Objects.Change("configmaps", OperatorStage.Namespace, "orders-g0", c => c["data"]!["extra"] = "1");
        await scene.UntilAsync(
            () => stage.At("services", "orders-g0-0", "spec", "selector", "extra") is null,
            TimeSpan.FromSeconds(60),
            "the extra selector key is gone"
        );
        await scene.UntilAsync(
            () => stage.At("services", "orders-ns", "spec", "externalIPs") is null or JsonArray { Count: 0 },
            TimeSpan.FromSeconds(60),
            "the external address is gone"
        );
        await scene.UntilAsync(
            () =>
                stage.At("rolebindings.rbac.authorization.k8s.io", "orders-broker", "subjects")
                    is JsonArray { Count: 1 },
            TimeSpan.FromSeconds(60),
            "the stranger has no role any more"
        );
        await scene.UntilAsync(
            () => stage.At("configmaps", "orders-g0", "data", "extra") is null,
            TimeSpan.FromSeconds(60),
            "the extra key of the ConfigMap is gone"
        );
    }

    static async Task RetainAsync(Scene scene)
    {
        for (var round = 0; round < 3; round++)
        {
            var stage = await OperatorStage.OpenAsync(scene);
            var process = await stage.StartAsync(round + 1);
            stage.Stage.Create(
                "rocketmqinstances",
                "orders",
                """{"brokers":{"storage":{"deletionPolicy":"Delete"}}}"""
            );
            await stage.UntilReadyAsync();
            if (round == 1) // what only a child lacks must not keep the switch from the volumes
                stage.Objects.Delete("services", OperatorStage.Namespace, "orders-g0-a");
            if (round == 2)
                process.Freeze();
            stage.ChangeSpec(spec => spec["brokers"]!["storage"]!["deletionPolicy"] = "Retain");
            await scene.WaitAsync(0.05);
            stage.Objects.Delete(Instances, OperatorStage.Namespace, "orders");
            await scene.WaitAsync(3);
            process.Thaw();
            await scene.WaitAsync(8);
            int claims = stage.Objects.List("persistentvolumeclaims", OperatorStage.Namespace).Count;
            Scene.Must(claims > 0, $"round {round}: the volumes are gone although the policy is Retain");
            await process.StopAsync();
        }
    }

    static async Task TakeOverAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        await stage.StartAsync();
        stage.Stage.Create("rocketmqinstances", "orders", "{}");
        const string spec = """{"instanceRef":{"name":"orders"},"topicName":"shared","deletionPolicy":"Delete"}""";
        stage.Stage.Create("topics", "a", spec);
        await stage.UntilReadyAsync();
        await scene.WaitAsync(1.1); // creation times have whole seconds
        stage.Stage.Create("topics", "b", spec);
        await scene.WaitAsync(3);
        var broker = stage.Stage.Cluster.Broker(OperatorStage.Namespace, "orders-g0-0");
        var asked = broker.Calls(Broker.Protocol.RequestCode.DeleteTopicInBroker);
        stage.Objects.Delete("topics.rocketmq.io", OperatorStage.Namespace, "a");
        await scene.UntilAsync(() => !stage.Has("topics.rocketmq.io", "a"), null, "Topic a is gone");
        await stage.UntilReadyAsync();
        int deleted = broker.Calls(Broker.Protocol.RequestCode.DeleteTopicInBroker) - asked;
        Scene.Must(deleted == 0, "the broker was told to delete a topic that another Topic claims");
    }

    static async Task SameAsync(Scene scene)
    {
        var stage = await ReadyAsync(
            scene,
            """{"brokers":{"resources":{"requests":{"cpu":"100m","memory":"512Mi"},"limits":{"memory":"2Gi"}}}}"""
        );
        stage.ChangeSpec(spec =>
            spec["brokers"] = JsonNode.Parse(
                """
                {"resources":{"requests":{"cpu":"0.1","memory":"536870912"},"limits":{"memory":"2147483648"}},
                 "podTemplate":{"spec":{"tolerations":[],"dnsPolicy":"ClusterFirst","hostNetwork":false}}}
                """
            )
        );
        await scene.WaitAsync(8);
        var conditions = stage.At(Instances, "orders", "status", "conditions")!.ToJsonString();
        Scene.Must(
            !conditions.Contains("RollPending", StringComparison.Ordinal),
            $"the same thing written differently is to be rolled: {stage.Condition("Ready", "message")}"
        );
        await stage.UntilReadyAsync();
    }

    static async Task LabelsAsync(Scene scene)
    {
        var stage = await ReadyAsync(scene);
        foreach (
            var (resource, name) in new[]
            {
                (OperatorStage.Leases, "orders-g0"),
                ("endpointslices.discovery.k8s.io", "orders-g0-a"),
            }
        )
            stage.Objects.Change(
                resource,
                OperatorStage.Namespace,
                name,
                o => o["metadata"]!.AsObject().Remove("labels")
            );
        await scene.WaitAsync(15);
        int from = stage.Server.Calls.All.Count;
        await scene.WaitAsync(15);
        int writes = stage.WritesSince(from);
        scene.Figure("writes in 15 s", writes);
        Scene.Must(writes <= 3, $"{writes} writes in 15 s although nothing changes");
    }
}
