using System.Text.Json.Nodes;
using Broker.Protocol;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class SteadyStateTests
{
    [Fact]
    public async Task A_hundred_passes_over_what_is_as_it_should_be_write_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        await SettleAsync(running);
        stage.Server.Calls.Clear();
        var asked = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Calls(RequestCode.GetAllTopicConfig);

        for (var i = 0; i < 100; i++)
            await PassAsync(stage, running);

        Assert.Empty(stage.Server.Calls.Writes);
        Assert.DoesNotContain(stage.Server.Calls.All, c => c.Verb is "get" or "list");
        // Forced passes do not make the operator ask brokers more often than their readings grow old.
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        Assert.InRange(broker.Calls(RequestCode.GetAllTopicConfig) - asked, 0, 2);
    }

    [Fact]
    public async Task Fields_that_an_older_definition_drops_are_not_written_again_and_again()
    {
        await using var stage = await Stage.OpenAsync(change: Age);
        stage.CreateQuickstart();
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        await SettleAsync(running);
        Assert.Null(stage.Topic().Status!.Queues);
        Assert.Null(stage.Group().Status!.Backlog);
        stage.Server.Calls.Clear();

        for (var i = 0; i < 10; i++)
            await PassAsync(stage, running);

        Assert.Empty(stage.Server.Calls.Writes);
        // What the definition knows is written as ever.
        var generation = stage.Topic().Metadata.Generation;
        stage.Objects.Change("topics.rocketmq.io", Stage.Namespace, "payments", t => t["spec"]!["queuesPerBroker"] = 9);
        await stage.UntilAsync(() => stage.Topic().Status!.ObservedGeneration > generation);
    }

    /// <summary>A definition of a time when some of today's fields were not there.</summary>
    static void Age(JsonObject definition)
    {
        var schema = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
        var status = schema["properties"]!["status"]!["properties"]!.AsObject();
        foreach (var field in (string[])["queues", "backlog", "endpoints"])
            status.Remove(field);
    }

    [Fact]
    public async Task A_new_operator_finds_everything_done_and_writes_nothing()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        stage.Server.Calls.Clear();

        await using var next = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => next.Passes >= 2);
        await SettleAsync(next);

        Assert.Empty(stage.Server.Calls.Writes);
    }

    [Fact]
    public async Task Looking_for_drift_writes_nothing_where_there_is_none()
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(10) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilReadyAsync();
        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        // The last events of the creation are written after the last status.
        for (var writes = -1; writes != stage.Server.Calls.Writes.Count; await Task.Delay(300))
            writes = stage.Server.Calls.Writes.Count;
        stage.Server.Calls.Clear();
        var puts = broker.Calls(RequestCode.UpdateAndCreateTopic);

        var before = broker.Calls(RequestCode.GetAllTopicConfig);
        await stage.UntilAsync(() => broker.Calls(RequestCode.GetAllTopicConfig) >= before + 100);

        Assert.Empty(stage.Server.Calls.Writes);
        Assert.Equal(puts, broker.Calls(RequestCode.UpdateAndCreateTopic));
    }

    /// <summary>Passes follow the writes of the last ones; here they have come to rest.</summary>
    static async Task SettleAsync(OperatorUnderTest running)
    {
        for (var before = -1L; before != running.Passes; await Task.Delay(200))
            before = running.Passes;
    }

    static async Task PassAsync(Stage stage, OperatorUnderTest running)
    {
        var before = running.Passes;
        running.Wake();
        await stage.UntilAsync(() => running.Passes >= before + 2, "both passes were made");
    }
}
