using System.Text.Json.Nodes;
using k8s.Models;
using Operator.KubeClient.Resources;

namespace Operator.Tests.KubeClient.ApiServer;

/// <summary>What the server of the tests does with server-side apply; each was compared with a real one.</summary>
public sealed class ServerSideApplyTests
{
    [Fact]
    public async Task What_the_manager_no_longer_sends_is_removed()
    {
        await using var cluster = await Cluster.StartAsync();
        await ApplyAsync(cluster, "me", """{"data":{"a":"1","b":"2"}}""");
        var after = await ApplyAsync(cluster, "me", """{"data":{"a":"1"}}""");
        Assert.Equal([KeyValuePair.Create("a", "1")], after.Data!);
    }

    [Fact]
    public async Task What_another_one_owns_too_stays()
    {
        await using var cluster = await Cluster.StartAsync();
        await ApplyAsync(cluster, "me", """{"data":{"a":"1","b":"2"}}""");
        await ApplyAsync(cluster, "you", """{"data":{"b":"2"}}""");
        var after = await ApplyAsync(cluster, "me", """{"data":{"a":"1"}}""");
        Assert.Equal(["a", "b"], after.Data!.Keys.Order());
        after = await ApplyAsync(cluster, "you", """{"data":{}}""");
        Assert.Equal(["a"], after.Data!.Keys);
    }

    [Fact]
    public async Task Sending_the_same_again_changes_nothing_not_even_the_version()
    {
        await using var cluster = await Cluster.StartAsync();
        var first = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        var second = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        Assert.Equal(first.ResourceVersion(), second.ResourceVersion());
        Assert.Equal(1, second.Metadata.Generation);
    }

    [Fact]
    public async Task Items_of_a_list_are_told_apart_by_their_keys()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        cluster.Server.Objects.Change<V1StatefulSet>(
            "default",
            "a",
            s => s.Spec!.Template.Spec!.Containers.Add(new V1Container { Name = "sidecar", Image = "mesh:1" })
        );
        var after = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", image: "image:2"), "me");
        Assert.Equal(["image:2", "mesh:1"], after.Spec!.Template.Spec!.Containers.Select(c => c.Image));
    }

    [Fact]
    public async Task An_item_that_is_no_longer_sent_is_removed_whole()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = Cluster.StatefulSet("a");
        set.Spec!.Template.Spec!.Containers.Add(new V1Container { Name = "second", Image = "x" });
        await cluster.StatefulSets.ApplyAsync(set, "me");
        var after = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        Assert.Equal(["main"], after.Spec!.Template.Spec!.Containers.Select(c => c.Name));
    }

    [Fact]
    public async Task The_same_value_is_owned_by_both_and_no_conflict()
    {
        await using var cluster = await Cluster.StartAsync();
        await ApplyAsync(cluster, "me", """{"data":{"a":"1"}}""", force: false);
        var after = await ApplyAsync(cluster, "you", """{"data":{"a":"1"}}""", force: false);
        Assert.Equal(["me", "you"], after.Metadata.ManagedFields!.Select(f => f.Manager).Order());
    }

    [Fact]
    public async Task Force_takes_the_field_away_from_its_owner()
    {
        await using var cluster = await Cluster.StartAsync();
        await ApplyAsync(cluster, "me", """{"data":{"a":"1"}}""");
        var after = await ApplyAsync(cluster, "you", """{"data":{"a":"2"}}""");
        Assert.Equal(["you"], after.Metadata.ManagedFields!.Select(f => f.Manager));
        after = await ApplyAsync(cluster, "me", """{"data":{}}""");
        Assert.Equal("2", after.Data!["a"]);
    }

    [Fact]
    public async Task A_write_that_is_no_apply_takes_what_it_changes()
    {
        await using var cluster = await Cluster.StartAsync();
        await ApplyAsync(cluster, "me", """{"data":{"a":"1","b":"2"}}""");
        cluster.Server.Objects.Change<V1ConfigMap>("default", "m", m => m.Data!["a"] = "3");
        var owners = cluster.Server.Objects.Find("configmaps", "default", "m")!["metadata"]![
            "managedFields"
        ]!.AsArray();
        Assert.Equal(
            ["""me Apply {"f:data":{"f:b":{}}}""", """somebody-else Update {"f:data":{"f:a":{}}}"""],
            owners.Select(o => $"{o!["manager"]} {o["operation"]} {o["fieldsV1"]!.ToJsonString()}").Order()
        );
    }

    [Fact]
    public async Task The_owner_of_the_status_is_another_one()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        var status = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "StatefulSet",
            ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = "default" },
            ["spec"] = new JsonObject { ["replicas"] = 9 },
            ["status"] = new JsonObject { ["replicas"] = 1 },
        };
        var after = await cluster.StatefulSets.ApplyStatusAsync(status, "me");
        Assert.Equal((1, 1), (after.Spec!.Replicas, after.Status!.Replicas));
        Assert.Equal(["", "status"], after.Metadata.ManagedFields!.Select(f => f.Subresource ?? "").Order());
    }

    static Task<V1ConfigMap> ApplyAsync(Cluster cluster, string manager, string fields, bool force = true)
    {
        var body = (JsonObject)JsonNode.Parse(fields)!;
        body["apiVersion"] = "v1";
        body["kind"] = "ConfigMap";
        body["metadata"] = new JsonObject { ["name"] = "m", ["namespace"] = "default" };
        return cluster.ConfigMaps.ApplyAsync(body, manager, force);
    }
}
