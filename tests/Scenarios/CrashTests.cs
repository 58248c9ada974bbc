using Scenarios.Doubles;
using Xunit;

namespace Scenarios;

public sealed class CrashTests
{
    /// <summary>Above the number of calls that a creation makes; the loop ends when an operator got through.</summary>
    const int MostCalls = 200;

    /// <summary>Creations at the same time; each has a server of its own.</summary>
    const int AtOnce = 4;

    [Fact]
    public async Task An_operator_that_ends_after_any_of_its_calls_leaves_what_the_next_one_can_finish() =>
        Assert.InRange(await EndsSurvivedAsync(loseAnswer: false, CreationAfterAsync), 40, MostCalls);

    [Fact]
    public async Task An_operator_that_does_not_learn_of_its_last_write_leaves_what_the_next_one_can_finish() =>
        Assert.InRange(await EndsSurvivedAsync(loseAnswer: true, CreationAfterAsync), 20, MostCalls);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_operator_that_ends_during_deletions_and_changes_leaves_what_the_next_one_can_finish(
        bool lost
    ) => Assert.InRange(await EndsSurvivedAsync(lost, ChangesAfterAsync), 3, MostCalls);

    /// <summary>
    /// A topic and a group go with all they hold, another topic grows, and an end after so many calls.
    /// </summary>
    static async Task<bool> ChangesAfterAsync(int calls, bool loseAnswer)
    {
        const string Gone = """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""";
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        stage.Create("topics", "gone", Gone);
        stage.Create("groups", "gone", Gone);
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilReadyAsync();
        stage.Objects.Delete("topics.rocketmq.io", Stage.Namespace, "gone");
        stage.Objects.Delete("groups.rocketmq.io", Stage.Namespace, "gone");
        stage.Objects.Change(
            "topics.rocketmq.io",
            Stage.Namespace,
            "payments",
            topic => topic["spec"]!["queuesPerBroker"] = 12
        );

        var end = stage.Server.Faults.EndAfter(calls, loseAnswer ? call => call.IsWrite : null, loseAnswer);
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilAsync(() => end.IsCompleted || Done());
        var needed = !end.IsCompleted;
        stage.Server.Faults.Clear();
        await using var next = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(Done, $"done after an end at call {calls}");

        var broker = stage.Cluster.Broker(Stage.Namespace, "orders-g0-0");
        Assert.Equal(12, broker.Topic("payments")!.WriteQueueNums);
        Assert.Null(broker.Topic("gone"));
        Assert.Null(broker.Group("gone"));
        return needed;

        bool Done() => stage.Topic("gone") is null && stage.Group("gone") is null && stage.AllReady();
    }

    /// <summary>Ends operators after 1, 2, 3 … calls until one needs no more; returns how many were ended.</summary>
    static async Task<int> EndsSurvivedAsync(bool loseAnswer, Func<int, bool, Task<bool>> scenario)
    {
        for (var calls = 1; calls < MostCalls; calls += AtOnce)
        {
            var batch = Enumerable.Range(calls, AtOnce).Select(n => scenario(n, loseAnswer));
            var done = Array.IndexOf(await Task.WhenAll(batch), true);
            if (done >= 0)
                return calls + done - 1;
        }
        return MostCalls + 1;
    }

    /// <summary>
    /// One creation with an end after so many calls. True when the first operator needed no more of them.
    /// </summary>
    static async Task<bool> CreationAfterAsync(int calls, bool loseAnswer)
    {
        await using var stage = await Stage.OpenAsync();
        stage.CreateQuickstart();
        var end = stage.Server.Faults.EndAfter(calls, loseAnswer ? call => call.IsWrite : null, loseAnswer);
        await using (OperatorUnderTest.Start(stage.Server))
            await stage.UntilAsync(() => end.IsCompleted || stage.AllReady());
        var needed = !end.IsCompleted;
        stage.Server.Faults.Clear();

        await using var next = OperatorUnderTest.Start(stage.Server);
        await stage.UntilAsync(stage.AllReady, $"ready after an end at call {calls}");
        Assert.NotNull(stage.Cluster.Broker(Stage.Namespace, "orders-g0-0").Topic("payments"));
        Assert.Single(stage.Objects.List("statefulsets.apps", Stage.Namespace), s => Name(s) == "orders-g0");
        return needed;
    }

    static string? Name(System.Text.Json.Nodes.JsonObject json) => (string?)json["metadata"]!["name"];
}
