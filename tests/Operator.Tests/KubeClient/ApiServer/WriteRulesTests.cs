using System.Net;
using System.Text.Json.Nodes;
using k8s.Autorest;
using k8s.Models;
using Operator.KubeClient.Resources;

namespace Operator.Tests.KubeClient.ApiServer;

public sealed class WriteRulesTests
{
    [Fact]
    public async Task The_generation_counts_changes_of_the_spec_alone()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = await cluster.StatefulSets.CreateAsync(Cluster.StatefulSet("a"));
        set.SetLabel("x", "y");
        set = await cluster.StatefulSets.UpdateAsync(set);
        set.Status = new V1StatefulSetStatus { Replicas = 1 };
        set = await cluster.StatefulSets.UpdateStatusAsync(set);
        Assert.Equal(1, set.Metadata.Generation);
        set.Spec!.Replicas = 2;
        Assert.Equal(2, (await cluster.StatefulSets.UpdateAsync(set)).Metadata.Generation);
    }

    [Fact]
    public async Task The_status_changes_only_through_its_subresource()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = Cluster.StatefulSet("a");
        set.Status = new V1StatefulSetStatus { Replicas = 1 };
        set = await cluster.StatefulSets.CreateAsync(set);
        Assert.Null(set.Status);
        set.Status = new V1StatefulSetStatus { Replicas = 1 };
        set.Spec!.Replicas = 7;
        set = await cluster.StatefulSets.UpdateStatusAsync(set);
        Assert.Equal((1, 1), (set.Spec!.Replicas, set.Status!.Replicas));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_makes_no_version()
    {
        await using var cluster = await Cluster.StartAsync();
        var map = await cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a"));
        Assert.Equal(map.ResourceVersion(), (await cluster.ConfigMaps.UpdateAsync(map)).ResourceVersion());
    }

    [Fact]
    public async Task Fields_of_a_stateful_set_that_cannot_change_are_refused()
    {
        await using var cluster = await Cluster.StartAsync();
        var set = await cluster.StatefulSets.CreateAsync(Cluster.StatefulSet("a"));
        set.Spec!.ServiceName = "another";
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, () => cluster.StatefulSets.UpdateAsync(set));
    }

    [Fact]
    public async Task A_service_gets_an_address_and_keeps_it()
    {
        await using var cluster = await Cluster.StartAsync();
        var services = cluster.Client.Resources<V1Service>();
        var first = await services.ApplyAsync(Service("a"), "me");
        Assert.StartsWith("10.96.", first.Spec!.ClusterIP, StringComparison.Ordinal);
        var again = Service("a");
        again.Spec!.Ports!.Add(new V1ServicePort { Name = "more", Port = 2 });
        Assert.Equal(first.Spec.ClusterIP, (await services.ApplyAsync(again, "me")).Spec!.ClusterIP);
        var second = Service("b");
        second.Spec!.ClusterIP = first.Spec.ClusterIP;
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, () => services.CreateAsync(second));
        cluster.Server.Objects.Delete<V1Service>("default", "a");
        Assert.Equal(first.Spec.ClusterIP, (await services.CreateAsync(second)).Spec!.ClusterIP);
    }

    [Fact]
    public async Task A_finalizer_holds_an_object_until_it_is_taken_away()
    {
        await using var cluster = await Cluster.StartAsync();
        var map = Cluster.ConfigMap("a");
        map.AddFinalizer("example.com/wait");
        await cluster.ConfigMaps.CreateAsync(map);
        await cluster.ConfigMaps.DeleteAsync("a", "default");
        map = (await cluster.ConfigMaps.GetAsync("a", "default"))!;
        Assert.NotNull(map.DeletionTimestamp());
        map.RemoveFinalizer("example.com/wait");
        await cluster.ConfigMaps.UpdateAsync(map);
        Assert.Null(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Fact]
    public async Task Children_go_with_their_owner_and_stay_when_they_are_orphaned()
    {
        await using var cluster = await Cluster.StartAsync();
        foreach (var propagation in (string[])["Background", "Foreground", "Orphan"])
        {
            var owner = await cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("owner"));
            var child = Cluster.ConfigMap("child");
            child.AddOwnerReference(
                new V1OwnerReference
                {
                    ApiVersion = "v1",
                    Kind = "ConfigMap",
                    Name = "owner",
                    Uid = owner.Uid()!,
                }
            );
            await cluster.ConfigMaps.CreateAsync(child);
            await cluster.ConfigMaps.DeleteAsync(
                "owner",
                "default",
                new V1DeleteOptions { PropagationPolicy = propagation }
            );
            Assert.Null(await cluster.ConfigMaps.GetAsync("owner", "default"));
            var left = await cluster.ConfigMaps.GetAsync("child", "default");
            Assert.Equal(propagation == "Orphan", left is not null);
            Assert.Null(left?.OwnerReferences());
        }
    }

    [Fact]
    public async Task A_namespace_takes_everything_in_it_along_and_takes_nothing_new_meanwhile()
    {
        await using var cluster = await Cluster.StartAsync();
        var objects = cluster.Server.Objects;
        objects.EnsureNamespace("team");
        var held = Cluster.ConfigMap("held");
        held.Metadata.NamespaceProperty = "team";
        held.AddFinalizer("example.com/wait");
        objects.Create(held);
        objects.Delete<V1Namespace>("", "team");
        var late = Cluster.ConfigMap("late");
        late.Metadata.NamespaceProperty = "team";
        await RefusedAsync(HttpStatusCode.Forbidden, () => cluster.ConfigMaps.CreateAsync(late));
        late.Metadata.NamespaceProperty = "nowhere";
        await RefusedAsync(HttpStatusCode.NotFound, () => cluster.ConfigMaps.CreateAsync(late));
    }

    [Fact]
    public async Task A_custom_resource_is_defaulted_pruned_and_checked_by_its_schema()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Objects.Create("customresourcedefinitions.apiextensions.k8s.io", Definition());
        var objects = cluster.Server.Objects;
        var made = objects.Create("things.example.com", Thing("""{"name":"x","unknown":1}"""));
        Assert.Equal("""{"name":"x","count":3}""", made["spec"]!.ToJsonString());
        foreach (var wrong in (string[])["{}", """{"name":7}""", """{"name":"UPPER"}""", """{"name":"x","count":11}"""])
        {
            var error = Assert.ThrowsAny<Exception>(() => objects.Create("things.example.com", Thing(wrong, "other")));
            Assert.Contains("is invalid: spec.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_must_say_which_version_it_replaces_is_refused_without()
    {
        await using var cluster = await Cluster.StartAsync();
        var leases = cluster.Client.Resources<V1Lease>();
        var lease = new V1Lease
        {
            Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "default" },
        };
        await leases.CreateAsync(lease);
        await RefusedAsync(HttpStatusCode.UnprocessableEntity, () => leases.UpdateAsync(lease));
    }

    static V1Service Service(string name) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Name = "main", Port = 1 }] },
        };

    static JsonObject Thing(string spec, string name = "a") =>
        new()
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" },
            ["spec"] = JsonNode.Parse(spec),
        };

    static JsonObject Definition() =>
        (JsonObject)
            JsonNode.Parse(
                """
                {"metadata": {"name": "things.example.com"},
                 "spec": {"group": "example.com", "scope": "Namespaced", "names": {"plural": "things", "kind": "Thing"},
                  "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                   "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                     "spec": {"type": "object", "required": ["name"], "properties": {
                       "name": {"type": "string", "pattern": "^[a-z]+$"},
                       "count": {"type": "integer", "default": 3, "maximum": 10}}}}}}}]}}
                """
            )!;

    static async Task RefusedAsync(HttpStatusCode code, Func<Task> write) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<HttpOperationException>(write)).Response!.StatusCode);
}
