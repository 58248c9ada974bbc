using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api;
using Operator.Api.Groups;
using Operator.Api.Instances;
using Operator.Api.Schemas;
using Operator.Api.Topics;
using Operator.Plan;
using Operator.Plan.Remote;
using Xunit;

namespace Operator.Tests.Plan;

/// <summary>
/// A field exists only once it has an effect: for each field of a spec there is another value with which the plan or
/// the
/// status is another one. A new field fails here until it has a value below and somebody who reads it.
/// </summary>
public sealed class FieldCoverageTests
{
    static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["image"] = "\"rocketmq:2\"",
        ["paused"] = "true",
        ["nameServers.replicas"] = "3",
        ["nameServers.resources.requests"] = """{"cpu":"2"}""",
        ["nameServers.resources.limits"] = """{"memory":"3Gi"}""",
        ["nameServers.podTemplate"] = """{"spec":{"nodeSelector":{"a":"b"}}}""",
        ["brokers.groups"] = "2",
        ["brokers.replicas"] = "2",
        ["brokers.flush"] = "\"Sync\"",
        ["brokers.storage.size"] = "\"30Gi\"",
        ["brokers.storage.className"] = "\"fast\"",
        ["brokers.storage.deletionPolicy"] = "\"Delete\"",
        ["brokers.retention.time"] = "\"2d\"",
        ["brokers.retention.deleteAt"] = "\"05:00\"",
        ["brokers.retention.diskRatioLimit"] = "80",
        ["brokers.config"] = """{"sendMessageThreadPoolNums":"4"}""",
        ["brokers.resources.requests"] = """{"cpu":"2"}""",
        ["brokers.resources.limits"] = """{"memory":"3Gi"}""",
        ["brokers.podTemplate"] = """{"metadata":{"annotations":{"a":"b"}}}""",
        ["limits.messageBytes"] = "2048",
        ["Topic.instanceRef.name"] = "\"other\"",
        ["Topic.instanceRef.namespace"] = "\"other\"",
        ["Topic.topicName"] = "\"refunds\"",
        ["Topic.messageType"] = "\"Delay\"",
        ["Topic.queuesPerBroker"] = "9",
        ["Topic.permission"] = "\"ReadOnly\"",
        ["Topic.deletionPolicy"] = "\"Delete\"",
        ["Topic.management"] = "\"ObserveOnly\"",
        ["Group.instanceRef.name"] = "\"other\"",
        ["Group.instanceRef.namespace"] = "\"other\"",
        ["Group.groupName"] = "\"others\"",
        ["Group.maxRetries"] = "3",
        ["Group.consumeEnabled"] = "false",
        ["Group.broadcastEnabled"] = "false",
        ["Group.orderly"] = "true",
        ["Group.offsetReset.id"] = "\"2\"",
        ["Group.offsetReset.topic"] = "\"refunds\"",
        ["Group.offsetReset.to"] = "\"Earliest\"",
        ["Group.offsetReset.time"] = "\"2026-01-31T08:00:00Z\"",
        ["Group.deletionPolicy"] = "\"Delete\"",
        ["Group.management"] = "\"ObserveOnly\"",
    };

    /// <summary>Fields of an instance that only its Topics and Groups feel.</summary>
    static readonly string[] OfOthers = ["limits.topics", "access.allowedNamespaces"];

    [Fact]
    public void Every_field_of_an_instance_has_an_effect() => Check<RocketMQInstance>("", RenderInstance, OfOthers);

    [Fact]
    public void Every_field_of_a_topic_has_an_effect() => Check<Topic>("Topic.", RenderTopic, []);

    [Fact]
    public void Every_field_of_a_group_has_an_effect() => Check<Group>("Group.", RenderGroup, []);

    static void Check<T>(string prefix, Func<JsonObject, string> render, string[] elsewhere)
    {
        var kind = CustomResource.All.Single(k => k.Type == typeof(T));
        var plain = render([]);
        foreach (var path in Leaves(kind.Schema.Properties!["spec"], "").Except(elsewhere))
        {
            Assert.True(
                Values.TryGetValue(prefix + path, out var value),
                $"{prefix}{path} has no other value in this test"
            );
            Assert.True(
                render(With(path, JsonNode.Parse(value!))) != plain,
                $"{prefix}{path} = {value} changes nothing"
            );
        }
    }

    static IEnumerable<string> Leaves(V1JSONSchemaProps schema, string path)
    {
        foreach (var (name, field) in schema.Properties ?? new Dictionary<string, V1JSONSchemaProps>())
        {
            var at = path.Length == 0 ? name : $"{path}.{name}";
            foreach (var leaf in field.Properties is { Count: > 0 } ? Leaves(field, at) : [at])
                yield return leaf;
        }
    }

    static JsonObject With(string path, JsonNode? value)
    {
        foreach (var name in path.Split('.').Reverse())
            value = new JsonObject { [name] = value };
        return value!.AsObject();
    }

    static string RenderInstance(JsonObject spec)
    {
        var world = new World(Read<InstanceSpec>(spec)) { Now = DateTimeOffset.UnixEpoch };
        var actions = world.Pass().ToList();
        world.StartPods();
        world.Elect();
        actions.AddRange(world.Pass());
        var held = string.Join(',', world.Instance.Metadata.Finalizers ?? []);
        return string.Join('\n', actions.Select(a => a.Child)) + held + Json(world);
    }

    static string Json(World world) =>
        string.Join(
            '\n',
            (
                (IEnumerable<object>)
                    [
                        .. world.All<V1StatefulSet>(),
                        .. world.All<V1ConfigMap>(),
                        .. world.All<V1PersistentVolumeClaim>(),
                        world.Status,
                    ]
            ).Select(o => KubernetesJson.Serialize(o))
        );

    static string RenderTopic(JsonObject spec)
    {
        spec["instanceRef"] ??= JsonNode.Parse("""{"name":"orders"}""");
        if (spec["instanceRef"]!["name"] is null)
            spec["instanceRef"]!["name"] = "orders";
        var plan = TopicPlanner.Plan(
            Seen<Topic, TopicSettings>(new Topic { Metadata = Named, Spec = Read<TopicSpec>(spec) }, spec)
        );
        return $"{plan.Finalizer} {string.Join(',', plan.Changes)} "
            + $"{KubernetesJson.Serialize(plan.Outcome([]).Status!)}";
    }

    static string RenderGroup(JsonObject spec)
    {
        spec["instanceRef"] ??= JsonNode.Parse("""{"name":"orders"}""");
        if (spec["instanceRef"]!["name"] is null)
            spec["instanceRef"]!["name"] = "orders";
        var group = new Group { Metadata = Named, Spec = Read<GroupSpec>(spec) };
        var plan = GroupPlanner.Plan(Seen<Group, GroupSettings>(group, spec));
        group.Status = plan.Outcome([]).Status!;
        return $"{plan.Finalizer} {string.Join(',', plan.Changes)} {KubernetesJson.Serialize(group.Status)} "
            + OffsetResetPlanner.Plan(group, ["orders-g0"], paused: false);
    }

    static V1ObjectMeta Named =>
        new()
        {
            Name = "payments",
            NamespaceProperty = "shop",
            Uid = "u",
            Generation = 1,
        };

    /// <summary>There is an instance called orders in shop, and no other.</summary>
    static RemoteObservation<TEntity, TSettings> Seen<TEntity, TSettings>(TEntity entity, JsonObject spec)
        where TSettings : struct
    {
        var reference = KubernetesJson.Deserialize<InstanceReference>(spec["instanceRef"]!);
        var exists = reference is { Name: "orders", Namespace: null };
        IReadOnlyDictionary<string, TSettings> nothing = new Dictionary<string, TSettings>();
        return new RemoteObservation<TEntity, TSettings>
        {
            Entity = entity,
            Instance = Observed.Known(new InstanceLookup(exists ? new World().Instance : null)),
            Masters = [new MasterView<TSettings>("orders-g0", Observed.Known(nothing))],
            Now = DateTimeOffset.UnixEpoch,
        };
    }

    static T Read<T>(JsonObject spec) => KubernetesJson.Deserialize<T>(spec);
}
