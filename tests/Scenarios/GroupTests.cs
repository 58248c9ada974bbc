using System.Globalization;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Messages;
using Operator.Api.Groups;
using Scenarios.ApiServer;
using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class GroupTests
{
    const string Plain = """{"instanceRef":{"name":"orders"}}""";

    const string Reset =
        """{"instanceRef":{"name":"orders"},"offsetReset":{"id":"1","topic":"payments","to":"Earliest"}}""";

    [Fact]
    public async Task An_offset_reset_is_carried_out_on_every_broker_once()
    {
        await using var stage = await OpenAsync(Reset);
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilAsync(() => stage.Events().Any(e => e.Reason == "OffsetReset"));
        Assert.Equal(OffsetResetState.Done, State(stage));

        // Another operator, and passes over everything: the id is done.
        await using var next = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => next.Passes >= 2);
        for (var pass = 0; pass < 5; pass++)
        {
            var passes = next.Passes;
            next.Wake();
            await stage.UntilAsync(() => next.Passes > passes);
        }
        Assert.Equal(["readers payments 0"], Broker(stage, 0).Resets);
        Assert.Equal(["readers payments 0"], Broker(stage, 1).Resets);
        Assert.Single(stage.Events(), e => e.Reason == "OffsetReset");
    }

    [Fact]
    public async Task A_broker_that_refuses_is_asked_again_and_the_other_one_is_not()
    {
        await using var stage = await OpenAsync(Reset);
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        stage.Objects.Change<Group>(
            Stage.Namespace,
            "readers",
            g => g.Spec = g.Spec with { OffsetReset = g.Spec.OffsetReset! with { Id = "2" } }
        );
        Broker(stage, 1).Refuses = RequestCode.InvokeBrokerToResetOffset;
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilAsync(() => stage.Group().Status!.OffsetReset is { Id: "2", BrokerGroups: ["orders-g0"] });
        Assert.Contains("orders-g1: ", stage.Group().Status!.OffsetReset!.Message, StringComparison.Ordinal);

        // The operator has died in between.
        Broker(stage, 1).Refuses = null;
        await using var next = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Done);
        Assert.Equal(2, Broker(stage, 0).Resets.Count);
        Assert.Equal(2, Broker(stage, 1).Resets.Count);
    }

    [Fact]
    public async Task A_reset_to_a_time_that_no_broker_keeps_sets_nothing_anywhere_and_says_which_it_may_be()
    {
        await using var stage = await OpenAsync(Plain);
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        // One broker alone would keep the time.
        Broker(stage, 0).Stored = Times("2026-02-01T08:00:00Z", "2026-02-02T08:00:00Z");
        Broker(stage, 1).Stored = Times("2026-02-02T08:00:00Z", "2026-02-03T08:00:00Z");
        ResetTo(stage, "1", "2026-01-31T08:00:00Z");
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Refused);
        await stage.UntilAsync(() => stage.Events().Any(e => e.Reason == "OffsetResetRefused"));
        var warning = Stage.Condition(stage.Group().Status!.Conditions, "Warning")!;
        Assert.Equal("OffsetResetRefused", warning.Reason);
        Assert.Contains("from 2026-02-01T08:00:00Z to 2026-02-03T08:00:00Z", warning.Message, StringComparison.Ordinal);

        // The condition outlasts later passes, and goes with another id.
        var passes = running.Passes;
        running.Wake();
        await stage.UntilAsync(() => running.Passes > passes);
        Assert.NotNull(Stage.Condition(stage.Group().Status!.Conditions, "Warning"));
        Assert.Equal("True", Stage.Condition(stage.Group().Status!.Conditions, "Ready")!.Status);
        Assert.Empty(Broker(stage, 0).Resets);
        Assert.Empty(Broker(stage, 1).Resets);
        ResetTo(stage, "2", "2026-02-01T08:00:00Z");
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Done);
        await stage.UntilAsync(() => Stage.Condition(stage.Group().Status!.Conditions, "Warning") is null);
        // As by an older manifest that is applied again.
        ResetTo(stage, "1", "2026-02-01T08:00:00Z");
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Refused);
        Assert.StartsWith("Id 1 was used before", stage.Group().Status!.OffsetReset!.Message, StringComparison.Ordinal);
        Assert.Single(Broker(stage, 0).Resets);
        Assert.Single(Broker(stage, 1).Resets);
    }

    [Fact]
    public async Task A_group_that_is_broadcast_to_is_not_reset()
    {
        await using var stage = await OpenAsync(Plain);
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        Broker(stage, 1).Model = MessageModel.Broadcasting;
        Broker(stage, 1).Clients.Add("a");
        stage.Objects.Change<Group>(
            Stage.Namespace,
            "readers",
            g =>
                g.Spec = g.Spec with
                {
                    OffsetReset = new OffsetResetSpec
                    {
                        Id = "1",
                        Topic = "payments",
                        To = OffsetPosition.Latest,
                    },
                }
        );
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Refused);
        Assert.Empty(Broker(stage, 0).Resets);
    }

    [Fact]
    public async Task A_reset_to_a_time_begins_nowhere_while_a_broker_cannot_say_what_it_keeps()
    {
        await using var stage = await OpenAsync(Plain);
        await using var running = OperatorUnderTest.Start(stage.Server);
        await stage.UntilReadyAsync();
        Broker(stage, 0).Stored = Times("2026-02-01T08:00:00Z", "2026-02-02T08:00:00Z");
        Broker(stage, 1).Refuses = RequestCode.GetTopicStatsInfo;
        ResetTo(stage, "1", "2026-02-01T08:00:00Z");
        await stage.UntilAsync(() =>
            stage.Group().Status?.OffsetReset?.Message?.StartsWith("orders-g1: ", StringComparison.Ordinal) == true
        );
        Assert.Empty(Broker(stage, 0).Resets);

        Broker(stage, 1).Refuses = null;
        await stage.UntilAsync(() => State(stage) == OffsetResetState.Done);
        Assert.Single(Broker(stage, 0).Resets);
        Assert.Single(Broker(stage, 1).Resets);
    }

    [Fact]
    public async Task What_clients_do_is_shown_coarsely_and_written_only_when_it_changes()
    {
        await using var stage = await OpenAsync(Plain);
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(200) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilAsync(() => Consuming(stage) == "NoMembers");

        Broker(stage, 0).Clients.Add("a");
        Broker(stage, 1).Waiting = 5_000;
        await stage.UntilAsync(() => Consuming(stage) == "Behind");
        Assert.Equal(Backlog.Thousands, stage.Group().Status!.Backlog);

        await stage.UntilReadyAsync();
        var (writes, asked) = (Writes(stage), Broker(stage, 0).Calls(RequestCode.GetConsumeStats));
        Broker(stage, 0).Clients.Add("b");
        Broker(stage, 1).Waiting = 50_000;
        await stage.UntilAsync(() => Broker(stage, 0).Calls(RequestCode.GetConsumeStats) > asked + 3);
        Assert.Equal(writes, Writes(stage));
    }

    [Fact]
    public async Task Members_that_subscribe_to_different_things_are_shown_until_they_do_not()
    {
        await using var stage = await OpenAsync("""{"instanceRef":{"name":"orders"}}""");
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromMilliseconds(200) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilAsync(() => Consistent(stage) is { Status: "Unknown", Reason: "NoMembers" });

        Broker(stage, 0).Clients.Add("a");
        Broker(stage, 1).Clients.Add("a");
        await stage.UntilAsync(() => Consistent(stage) is { Status: "True", Reason: "SameSubscriptions" });

        Broker(stage, 1).Difference = "unlike a, b subscribes not to payments";
        await stage.UntilAsync(() => Consistent(stage) is { Status: "False", Reason: "SubscriptionsDiffer" });
        Assert.Contains("unlike a, b subscribes not to payments", Consistent(stage)!.Message, StringComparison.Ordinal);
        Assert.Equal("True", Stage.Condition(stage.Group().Status?.Conditions, "Ready")!.Status);

        Broker(stage, 1).Difference = "";
        await stage.UntilAsync(() => Consistent(stage) is { Status: "True", Reason: "SameSubscriptions" });

        Broker(stage, 0).Difference = null;
        await stage.UntilAsync(() => Consistent(stage) is { Status: "Unknown", Reason: "NotObserved" });
    }

    [Fact]
    public async Task After_a_change_of_the_spec_clients_are_looked_at_without_waiting_for_their_turn()
    {
        await using var stage = await OpenAsync(Plain);
        var settings = OperatorUnderTest.Settings with { DriftPeriod = TimeSpan.FromHours(1) };
        await using var running = OperatorUnderTest.Start(stage.Server, settings);
        await stage.UntilAsync(() => Consistent(stage) is { Reason: "NoMembers" });
        Broker(stage, 0).Clients.Add("a");
        Broker(stage, 1).Clients.Add("a");
        stage.Objects.Change<Group>(Stage.Namespace, "readers", g => g.Spec = g.Spec with { MaxRetries = 3 });
        await stage.UntilAsync(() => Consistent(stage) is { Reason: "SameSubscriptions" });
        Assert.Equal(stage.Group().Metadata.Generation, Consistent(stage)!.ObservedGeneration);
    }

    static void ResetTo(Stage stage, string id, string time) =>
        stage.Objects.Change<Group>(
            Stage.Namespace,
            "readers",
            g =>
                g.Spec = g.Spec with
                {
                    OffsetReset = new OffsetResetSpec
                    {
                        Id = id,
                        Topic = "payments",
                        To = OffsetPosition.Timestamp,
                        Time = time,
                    },
                }
        );

    static StoreTimes Times(string first, string last) => new(Ms(first), Ms(last));

    static long Ms(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    static async Task<Stage> OpenAsync(string group)
    {
        var stage = await Stage.OpenAsync();
        stage.Create("rocketmqinstances", "orders", """{"brokers":{"groups":2}}""");
        stage.Create("topics", "payments", """{"instanceRef":{"name":"orders"}}""");
        stage.Create("groups", "readers", group);
        return stage;
    }

    static BrokerDouble Broker(Stage stage, int group) => stage.Cluster.Broker(Stage.Namespace, $"orders-g{group}-0");

    static OffsetResetState? State(Stage stage) => stage.Group().Status?.OffsetReset?.State;

    static string? Consuming(Stage stage) => Stage.Condition(stage.Group().Status?.Conditions, "Consuming")?.Reason;

    static k8s.Models.V1Condition? Consistent(Stage stage) =>
        Stage.Condition(stage.Group().Status?.Conditions, "Consistent");

    static int Writes(Stage stage) =>
        stage.Server.Calls.All.Count(c => c is { IsWrite: true, Resource: "groups.rocketmq.io" });
}
