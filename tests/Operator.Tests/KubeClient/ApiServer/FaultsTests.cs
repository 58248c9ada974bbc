using k8s.Models;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient.ApiServer;

public sealed class FaultsTests
{
    [Fact]
    public async Task A_rule_hits_the_calls_it_names_as_often_as_it_says()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Add(
            new FaultRule(Fault.InternalError)
            {
                Verb = "get",
                Name = "b",
                Skip = 1,
                Times = 2,
            }
        );
        foreach (var name in (string[])["a", "b", "b", "b", "b"])
            await Record.ExceptionAsync(() => cluster.ConfigMaps.GetAsync(name, "default"));
        Assert.Equal([404, 404, 500, 500, 404], cluster.Server.Calls.All.Select(c => c.Code));
    }

    [Fact]
    public async Task The_outcome_of_a_call_can_be_lost()
    {
        await using var cluster = await Cluster.StartAsync();
        cluster.Server.Faults.Add(new FaultRule(Fault.CutAfterwards) { Verb = "create" });
        await Assert.ThrowsAsync<HttpRequestException>(() => cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap("a")));
        Assert.NotNull(await cluster.ConfigMaps.GetAsync("a", "default"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_caller_s_end_comes_after_so_many_calls(bool loseAnswer)
    {
        await using var cluster = await Cluster.StartAsync();
        var end = cluster.Server.Faults.EndAfter(2, c => c.IsWrite, loseAnswer);
        var errors = 0;
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i >= 2, end.IsCompleted);
            if (
                await Record.ExceptionAsync(() => cluster.ConfigMaps.CreateAsync(Cluster.ConfigMap($"c{i}")))
                is not null
            )
                errors++;
        }
        Assert.Equal(loseAnswer ? 3 : 2, errors);
        Assert.Equal(["c0", "c1"], cluster.Server.Objects.List<V1ConfigMap>("default").Select(m => m.Name()));
        cluster.Server.Faults.Clear();
        Assert.NotNull(await cluster.ConfigMaps.GetAsync("c0", "default"));
    }

    [Fact]
    public async Task Every_call_is_recorded_with_what_it_sent()
    {
        await using var cluster = await Cluster.StartAsync();
        await cluster.StatefulSets.ApplyAsync(Cluster.StatefulSet("a"), "me");
        var call = Assert.Single(cluster.Server.Calls.Writes);
        Assert.Equal(
            ("patch", "statefulsets.apps", "default", "a", 201),
            (call.Verb, call.Resource, call.Namespace, call.Name, call.Code)
        );
        Assert.Equal("me", call.Query["fieldManager"]);
        Assert.Equal("a", (string?)call.Body!["spec"]!["serviceName"]);
    }

    [Fact]
    public async Task Somebody_can_react_to_every_change()
    {
        await using var cluster = await Cluster.StartAsync();
        var objects = cluster.Server.Objects;
        objects.OnChange(
            (kind, resource, json) =>
            {
                if (kind == "ADDED" && resource == "statefulsets.apps")
                    objects.Change<V1StatefulSet>(
                        "default",
                        (string)json["metadata"]!["name"]!,
                        s => s.Status = new V1StatefulSetStatus { Replicas = 1 },
                        "status"
                    );
            }
        );
        await cluster.StatefulSets.CreateAsync(Cluster.StatefulSet("a"));
        Assert.Equal(1, (await cluster.StatefulSets.GetAsync("a", "default"))!.Status!.Replicas);
    }
}
