using System.Net;
using System.Text.Json.Nodes;
using k8s;
using k8s.Autorest;
using k8s.Models;
using KubeOps.KubernetesClient;
using Operator.KubeClient.Resources;
using Operator.KubeClient.Transport;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.Resources;

public sealed class ResourceClientTests
{
    [Fact]
    public async Task What_is_not_there_is_null_and_its_deletion_no_error()
    {
        await using var cluster = await Cluster.StartAsync();
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
        Assert.False(await cluster.ConfigMaps.DeleteAsync("a", "default"));
        using var client = new KubernetesClient(cluster.Server.Configuration);
        await client.DeleteAsync<V1ConfigMap>("a", "default");
    }

    [Fact]
    public async Task An_object_is_made_read_replaced_and_deleted()
    {
        await using var cluster = await Cluster.StartAsync();
        var created = await cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"));
        created.Data!["value"] = "2";
        var updated = await cluster.ConfigMaps.UpdateAsync(created);
        Assert.Equal("2", (await cluster.ConfigMaps.GetAsync("a", "default"))!.Data!["value"]);
        Assert.NotEqual(created.ResourceVersion(), updated.ResourceVersion());
        Assert.True(await cluster.ConfigMaps.DeleteAsync("a", "default"));
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Of_two_that_replace_the_same_state_the_second_is_refused()
    {
        await using var cluster = await Cluster.StartAsync();
        var first = await cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"));
        var second = await cluster.ConfigMaps.GetAsync("a", "default");
        first.Data!["value"] = "first";
        second!.Data!["value"] = "second";
        await cluster.ConfigMaps.UpdateAsync(first);
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => cluster.ConfigMaps.UpdateAsync(second));
        Assert.Equal(HttpStatusCode.Conflict, error.Response!.StatusCode);
    }

    [Fact]
    public async Task A_long_list_is_read_in_pages_and_its_items_know_their_kind()
    {
        await using var cluster = await Cluster.StartAsync();
        for (var i = 0; i < 1201; i++)
            cluster.Server.Objects.Create(Cluster.ConfigMap($"c{i:0000}"));
        var list = await cluster.ConfigMaps.ListAsync("default");
        Assert.Equal(1201, list.Items.Select(i => i.Name()).Distinct().Count());
        Assert.All(list.Items, item => Assert.Equal("ConfigMap", item.Kind));
        Assert.Equal(3, cluster.Server.Calls.Count("list"));
    }

    [Fact]
    public async Task A_list_that_is_forgotten_between_two_pages_begins_again()
    {
        await using var cluster = await Cluster.StartAsync();
        for (var i = 0; i < 600; i++)
            cluster.Server.Objects.Create(Cluster.ConfigMap($"c{i:0000}"));
        cluster.Server.Faults.Add(
            new FaultRule(Fault.Expired) { When = c => c.Query.ContainsKey("continue"), Times = 1 }
        );
        Assert.Equal(600, (await cluster.ConfigMaps.ListAsync("default")).Items.Count);
        Assert.Equal(4, cluster.Server.Calls.Count("list"));
    }

    [Fact]
    public async Task A_list_that_is_forgotten_again_and_again_is_asked_for_whole()
    {
        await using var cluster = await Cluster.StartAsync();
        for (var i = 0; i < 600; i++)
            cluster.Server.Objects.Create(Cluster.ConfigMap($"c{i:0000}"));
        cluster.Server.Faults.Add(new FaultRule(Fault.Expired) { When = c => c.Query.ContainsKey("continue") });
        Assert.Equal(600, (await cluster.ConfigMaps.ListAsync("default")).Items.Count);
        Assert.DoesNotContain("limit", cluster.Server.Calls.All[^1].Query.Keys);
    }

    [Fact]
    public async Task Selectors_choose_what_a_list_shows()
    {
        await using var cluster = await Cluster.StartAsync();
        foreach (var name in (string[])["a", "b"])
        {
            var map = Cluster.ConfigMap(name);
            map.SetLabel("name", name);
            cluster.Server.Objects.Create(map);
        }
        Assert.Equal(
            "b",
            Assert.Single((await cluster.ConfigMaps.ListAsync(labelSelector: "name in (b, c)")).Items).Name()
        );
        Assert.Equal(
            "a",
            Assert.Single((await cluster.ConfigMaps.ListAsync(fieldSelector: "metadata.name=a")).Items).Name()
        );
    }

    [Fact]
    public async Task Apply_makes_then_changes_and_leaves_the_fields_of_others()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", replicas: null), "me");
        Assert.Equal(1, set.Spec!.Replicas);
        cluster.Server.Objects.Change<V1StatefulSet>("default", "a", s => s.Spec!.Replicas = 5);
        set = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", replicas: null, image: "image:2"), "me");
        Assert.Equal((5, "image:2"), (set.Spec!.Replicas, set.Spec.Template.Spec!.Containers[0].Image));
        Assert.Equal(["application/apply-patch+yaml"], cluster.Server.Calls.All.Select(c => c.ContentType).Distinct());
    }

    [Fact]
    public async Task Apply_of_a_model_that_was_read_sends_nothing_that_only_the_server_may_say()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        await cluster.StatefulSets.ApplyAsync(set, "me");
    }

    [Fact]
    public async Task A_conflict_of_apply_is_an_error_unless_it_is_forced()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", replicas: 1), "first");
        var error = await Assert.ThrowsAsync<HttpOperationException>(() =>
            cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", replicas: 2), "second", force: false)
        );
        Assert.Contains(".spec.replicas", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            2,
            (await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a", replicas: 2), "second")).Spec!.Replicas
        );
    }

    [Fact]
    public async Task The_status_is_applied_alone()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = await cluster.StatefulSets.CreateAsync(Cluster.StatefulSet("a"));
        var body = JsonNode.Parse(
            """
            {"apiVersion": "apps/v1", "kind": "StatefulSet",
             "metadata": {"name": "a", "namespace": "default"}, "status": {"replicas": 3}}
            """
        )!;
        var after = await cluster.StatefulSets.ApplyStatusAsync((JsonObject)body, "me-status");
        Assert.Equal((3, set.Metadata.Generation), (after.Status!.Replicas, after.Metadata.Generation));
        Assert.NotNull(after.Spec);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var cluster = await Cluster.StartAsync();
        Assert.Equal("a", (await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me", dryRun: true)).Name());
        Assert.Null(await cluster.StatefulSets.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Patches_of_both_plain_kinds_arrive()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"));
        await cluster.ConfigMaps.PatchAsync(
            new V1Patch("""{"data":{"x":"y","value":null}}""", V1Patch.PatchType.MergePatch),
            "a",
            "default"
        );
        var patch = new JsonArray(
            new JsonObject
            {
                ["op"] = "test",
                ["path"] = "/data/x",
                ["value"] = "y",
            },
            new JsonObject
            {
                ["op"] = "replace",
                ["path"] = "/data/x",
                ["value"] = "z",
            }
        );
        var after = await cluster.ConfigMaps.PatchAsync(
            new V1Patch(patch, V1Patch.PatchType.JsonPatch),
            "a",
            "default"
        );
        Assert.Equal([KeyValuePair.Create("x", "z")], after.Data!);
    }

    [Fact]
    public async Task A_deletion_names_the_object_that_it_means()
    {
        await using var cluster = await Cluster.StartAsync();
        using var client = new KubernetesClient(cluster.Server.Configuration);
        var old = await client.CreateAsync(Cluster.ConfigMap("a"));
        cluster.Server.Objects.Delete<V1ConfigMap>("default", "a");
        cluster.Server.Objects.Create(Cluster.ConfigMap("a"));
        var error = await Assert.ThrowsAsync<HttpOperationException>(() => client.DeleteAsync(old));
        Assert.Equal(HttpStatusCode.Conflict, error.Response!.StatusCode);
    }

    [Fact]
    public async Task One_model_serves_two_versions_of_an_api()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Register(new ResourceType("policy", "v1beta1", "poddisruptionbudgets", "PodDisruptionBudget"));
        var budgets = cluster.Client.Resources<V1PodDisruptionBudget>(
            new ResourcePath("policy", "v1beta1", "poddisruptionbudgets")
        );
        var budget = new V1PodDisruptionBudget
        {
            Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "default" },
        };
        Assert.Equal("policy/v1beta1", (await budgets.ApplyAsync(budget, "me")).ApiVersion);
    }

    [Fact]
    public async Task The_version_of_the_server_is_known()
    {
        await using var cluster = await Cluster.StartAsync(new ApiServerOptions { Version = (1, 20) });
        var version = await ServerVersion.GetAsync(cluster.Client);
        Assert.True(version.IsAtLeast(1, 20));
        Assert.False(version.IsAtLeast(1, 21));
    }
}
