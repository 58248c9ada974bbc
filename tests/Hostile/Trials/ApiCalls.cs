using Hostile.Operators;
using Scenarios.ApiServer;

namespace Hostile.Trials;

/// <summary>The operator's calls of the API server are refused, delayed, cut and answered late.</summary>
static class ApiCalls
{
    public static IEnumerable<Trial> All =>
        [
            Faulty(
                "api-writes-refused",
                "every write is answered 500 for 20 s",
                new FaultRule(Fault.InternalError) { When = IsWrite },
                20
            ),
            Faulty(
                "api-forbidden",
                "every write is answered 403 for 20 s",
                new FaultRule(Fault.Forbidden) { When = IsWrite },
                20
            ),
            Faulty(
                "api-conflicts",
                "the first 60 writes are answered 409",
                new FaultRule(Fault.Conflict) { When = IsWrite, Times = 60 },
                20
            ),
            Faulty("api-throttled", "calls are answered 429 for 20 s", new FaultRule(Fault.TooManyRequests(1)), 20),
            Faulty("api-cut", "every connection is cut for 20 s", new FaultRule(Fault.Cut), 20),
            Faulty(
                "api-answers-lost",
                "every write is carried out and its answer lost for 20 s",
                new FaultRule(Fault.CutAfterwards) { When = IsWrite },
                20
            ),
            Faulty("api-half-open", "no call is answered for 40 s", new FaultRule(Fault.HalfOpen), 40),
            new(
                "api-slow-4-s",
                "every call of the lease takes 4 s, all others 1 s, for 60 s",
                "the leader stays, and all becomes ready",
                SlowAsync
            ),
            new(
                "api-watches-cut",
                "watches cut 40 times, history forgotten every other time, while topics come and go",
                "all becomes ready, what was deleted is gone from the broker",
                WatchesAsync
            ),
            new(
                "operator-killed",
                "SIGKILL of the operator at 12 moments of a creation and a deletion",
                "the last one finishes it",
                KilledAsync
            ),
            new(
                "operator-frozen",
                "the leader stands still for 30 s, a second operator takes over, the first goes on",
                "the first ends or follows, all stays ready, nothing is written to and fro",
                FrozenAsync
            ),
            new("operator-stop", "SIGTERM", "the operator ends with 0 and gives the lease back", StopAsync),
        ];

    static bool IsWrite(ApiCall call) => call.Verb is not ("get" or "list" or "watch");

    /// <summary>A quickstart that is created, and one that is there, meet a fault; then it is over.</summary>
    static Trial Faulty(string name, string does, FaultRule rule, int seconds) =>
        new(
            name,
            does + ", during a creation and over a running instance",
            "all becomes ready within 90 s after it, the operator lives or was started again, calls stay few",
            scene => MeetAsync(scene, rule, seconds)
        );

    static async Task MeetAsync(Scene scene, FaultRule rule, int seconds)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        var process = await stage.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            if (round == 0)
                stage.Stage.CreateQuickstart();
            else
                stage.Objects.Delete("services", OperatorStage.Namespace, "orders-g0-0");
            int before = stage.Server.Calls.All.Count;
            stage.Faults.Add(rule);
            await scene.WaitAsync(seconds);
            scene.Figure($"calls in round {round}", stage.Server.Calls.All.Count - before);
            int calls = stage.Server.Calls.All.Count - before;
            Scene.Must(calls < seconds * 60, $"{calls} calls in {seconds} s of a fault");
            stage.Faults.Clear();
            stage.Server.Watches.Cut();
            if (!process.IsAlive) // as a Deployment does
                await process.StartAsync(scene.Ended);
            await scene.UntilAsync(
                () => stage.Has("services", "orders-g0-0"),
                TimeSpan.FromSeconds(90),
                "the Service is there"
            );
            await stage.UntilReadyAsync();
        }
        scene.Figure("starts", process.Starts);
    }

    static async Task SlowAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        var process = await stage.StartAsync();
        await scene.WaitAsync(3);
        stage.Faults.Add(new FaultRule(Fault.Slow(TimeSpan.FromSeconds(4))) { Resource = OperatorStage.Leases });
        stage.Faults.Add(new FaultRule(Fault.Slow(TimeSpan.FromSeconds(1))));
        stage.Stage.CreateQuickstart();
        await scene.WaitAsync(60);
        Scene.Must(process.IsAlive, $"the leader ended: {process.LastLines(2)}");
        await stage.UntilReadyAsync(120);
    }

    static async Task WatchesAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        await stage.StartAsync();
        stage.Stage.CreateQuickstart();
        await stage.UntilReadyAsync();
        const string spec = """{"instanceRef":{"name":"orders"},"deletionPolicy":"Delete"}""";
        for (var round = 0; round < 40; round++)
        {
            stage.Stage.Create("topics", $"t-{round}", spec);
            if (round % 2 == 0)
                stage.Server.ForgetHistory();
            stage.Server.Watches.Cut();
            if (round >= 3)
                stage.Objects.Delete("topics.rocketmq.io", OperatorStage.Namespace, $"t-{round - 3}");
            await scene.WaitAsync(0.3);
        }
        await stage.UntilReadyAsync();
        var broker = stage.Stage.Cluster.Broker(OperatorStage.Namespace, "orders-g0-0");
        await scene.UntilAsync(
            () =>
                Enumerable
                    .Range(0, 37)
                    .All(i => broker.Topic($"t-{i}") is null && !stage.Has("topics.rocketmq.io", $"t-{i}")),
            null,
            "deleted topics are gone"
        );
        Scene.Must(broker.Topic("t-39") is not null, "the last topic is not there");
    }

    static async Task KilledAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        stage.Stage.CreateQuickstart();
        var process = stage.Operator();
        for (var kill = 0; kill < 12; kill++)
        {
            await process.StartAsync(scene.Ended);
            await scene.WaitAsync(0.2 * kill);
            await process.KillAsync();
            // The lease of one that was killed is waited for: its successor here has its name, as a container's has.
            if (kill == 8)
                stage.Objects.Delete("topics.rocketmq.io", OperatorStage.Namespace, "payments");
        }
        await process.StartAsync(scene.Ended);
        await stage.UntilReadyAsync();
        await scene.UntilAsync(() => !stage.Has("topics.rocketmq.io", "payments"), null, "the Topic is gone");
    }

    static async Task FrozenAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        var first = await stage.StartAsync(1);
        stage.Stage.CreateQuickstart();
        await stage.UntilReadyAsync();
        var second = await stage.StartAsync(2);
        first.Freeze();
        await scene.WaitAsync(30);
        stage.Stage.Create("topics", "meanwhile", """{"instanceRef":{"name":"orders"}}""");
        await stage.UntilReadyAsync();
        first.Thaw();
        await scene.WaitAsync(10);
        int from = stage.Server.Calls.All.Count;
        await scene.WaitAsync(15);
        int writes = stage.WritesSince(from);
        scene.Figure("writes in 15 s", writes);
        scene.Figure("first", first.IsAlive ? "lives" : $"ended with {first.ExitCode}");
        Scene.Must(second.IsAlive, "the second operator ended");
        Scene.Must(writes == 0, $"{writes} writes in 15 s of rest");
        await stage.UntilReadyAsync();
    }

    static async Task StopAsync(Scene scene)
    {
        var stage = await OperatorStage.OpenAsync(scene);
        var process = await stage.StartAsync();
        stage.Stage.CreateQuickstart();
        await stage.UntilReadyAsync();
        Native.Signal(process.Pid, Native.Terminate);
        Scene.Must(await process.EndsAsync(TimeSpan.FromSeconds(20)), "the operator does not end");
        var holder = (string?)
            stage.Objects.Find(OperatorStage.Leases, "default", "rocketmq-operator")?["spec"]?["holderIdentity"];
        Scene.Must(string.IsNullOrEmpty(holder), $"the lease is still held by {holder}");
        Scene.Must(process.ExitCode == 0, $"the operator ended with {process.ExitCode}");
    }
}
