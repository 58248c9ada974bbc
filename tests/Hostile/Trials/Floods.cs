using System.Text;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>One client asks for far more than its share of what is kept.</summary>
static class Floods
{
    const double ProbeSeconds = 8;

    public static IEnumerable<Trial> All =>
        [
            new(
                "thousands-of-topics",
                "one client sends to 20,000 topics that do not exist, for 60 s",
                "memory is bounded, others are served, a restart has all",
                TopicsAsync
            ),
            new(
                "thousands-of-groups",
                "one client commits positions for 20,000 groups that do not exist",
                "memory is bounded, others are served",
                GroupsAsync
            ),
            new(
                "keys-of-one-hash",
                "120,000 messages whose keys have one hash, and queries for them on 8 connections",
                "others' sends are served meanwhile",
                HashesAsync
            ),
            new(
                "timers-for-one-moment",
                "60,000 timed messages due in the same second",
                "each comes once, others are served meanwhile",
                OneMomentAsync
            ),
            new(
                "half-messages-never-ended",
                "5,000 half messages that nobody commits, of a group that does not answer checks",
                "others are served, committed ones come, the broker lives over a restart",
                HalfMessagesAsync
            ),
            new(
                "held-pulls",
                "20,000 pulls held on 10 connections while messages come",
                "others are served, memory is bounded",
                HeldPullsAsync
            ),
        ];

    static async Task TopicsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        long before = broker.RssAnonMiB;
        int taken = await ManyAsync(
            scene,
            20_000,
            TimeSpan.FromSeconds(60),
            (client, i) => client.SendAsync($"made-by-a-client-{i}", 0, "x")
        );
        scene.Figure("topics made", taken);
        scene.Figure("grew MiB", broker.RssAnonMiB - before);
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB - before < 500, $"{taken} topics took {broker.RssAnonMiB - before} MiB");
        await scene.VerdictAsync(load);
        await broker.StopAsync(TimeSpan.FromSeconds(90));
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load);
    }

    static async Task GroupsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        long before = broker.RssAnonMiB;
        int taken = await ManyAsync(
            scene,
            20_000,
            TimeSpan.FromSeconds(60),
            (client, i) => client.CommitOffsetAsync($"group-of-nobody-{i}", Load.Normal, i % 4, 1)
        );
        await scene.WaitAsync(8);
        scene.Figure("commits taken", taken);
        scene.Figure("grew MiB", broker.RssAnonMiB - before);
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB - before < 150, $"{taken} positions took {broker.RssAnonMiB - before} MiB");
        await scene.VerdictAsync(load);
    }

    /// <summary>So many requests with 50 under way. How many were answered with success.</summary>
    static async Task<int> ManyAsync(
        Scene scene,
        int count,
        TimeSpan limit,
        Func<Client, int, Task<Broker.Remoting.RemotingResponse>> ask
    )
    {
        await using var client = await scene.ClientAsync();
        client.Patience = TimeSpan.FromSeconds(60);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(limit);
        var underWay = new Queue<Task<Broker.Remoting.RemotingResponse>>();
        int taken = 0;
        for (var i = 0; i < count && !end.IsCancellationRequested; i++)
        {
            underWay.Enqueue(ask(client, i));
            if (underWay.Count > 50 && (await underWay.Dequeue()).Code == ResponseCode.Success)
                taken++;
        }
        while (underWay.TryDequeue(out var last))
            taken += (await last).Code == ResponseCode.Success ? 1 : 0;
        return taken;
    }

    static async Task HashesAsync(Scene scene)
    {
        const int messages = 120_000;
        var broker = await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("hash");
        // "Aa" and "BB" have one hash in Java, and so has every row of them.
        for (var sent = 0; sent < messages; sent += 1000)
        {
            int first = sent;
            var body = Batches.Body(1000, i => $"KEYS\u0001{Key(first + i)}\u0002");
            var fields = Client.SendFields("hash", 0, "producers", 0, []);
            (await client.CallAsync(RequestCode.SendBatchMessage, fields, body)).EnsureSuccess();
        }
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        probe.Reset();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(TimeSpan.FromSeconds(20));
        int queries = 0;
        var hostile = Enumerable
            .Range(0, 8)
            .Select(async _ =>
            {
                await using var searcher = await scene.ClientAsync();
                searcher.Patience = TimeSpan.FromMinutes(2);
                while (!end.IsCancellationRequested)
                {
                    await searcher.CallAsync(RequestCode.QueryMessage, Query("CCCCCCCCCCCCCCCCCC"[..17] + "X"));
                    await searcher.CallAsync(RequestCode.QueryMessage, Query(Key(1 << 17)));
                    Interlocked.Increment(ref queries);
                }
            });
        var all = Task.WhenAll(hostile);
        double longest = 0;
        while (!all.IsCompleted)
            longest = Math.Max(longest, await VisibleAsync(scene));
        await all;
        scene.Figure("queries", queries);
        scene.Figure("visible after", $"{longest:F1} s");
        probe.MustBeServed(3);
        Scene.Must(longest < 3, $"a message with a key was visible {longest:F1} s after its send");
        Scene.Must(broker.IsAlive, "the broker ended");
    }

    /// <summary>Seconds until a message with a key is in its queue.</summary>
    static async Task<double> VisibleAsync(Scene scene)
    {
        await using var client = await scene.ClientAsync();
        client.Patience = TimeSpan.FromSeconds(60);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var sent = await client.SendAsync("probe", 0, "with a key", ("KEYS", "one-of-its-own"));
        long offset = sent.EnsureSuccess().Long("queueOffset");
        await scene.UntilAsync(async () => (await client.PullAsync("probe", 0, offset, count: 1)).Messages.Count > 0);
        return System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>One of 2^18 texts of one hash.</summary>
    static string Key(int number)
    {
        var key = new StringBuilder();
        for (var bit = 0; bit < 18; bit++)
            key.Append((number >> bit & 1) == 0 ? "Aa" : "BB");
        return key.ToString();
    }

    static Broker.Protocol.Headers.FieldList Query(string key) =>
        new()
        {
            { "topic", "hash" },
            { "key", key },
            { "maxNum", 64 },
            { "beginTimestamp", 0 },
            { "endTimestamp", long.MaxValue },
        };

    static async Task OneMomentAsync(Scene scene)
    {
        const int messages = 60_000;
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var due = DateTimeOffset.UtcNow.AddSeconds(45).ToUnixTimeMilliseconds();
        int taken = await ManyAsync(
            scene,
            messages,
            TimeSpan.FromSeconds(40),
            (client, i) => client.SendAsync(Load.Timed, 0, $"t-{i}", ("TIMER_DELIVER_MS", $"{due + (i % 1000)}"))
        );
        await using var reader = await scene.ClientAsync();
        await scene.UntilAsync(
            async () => await reader.MaxAsync(Load.Timed, 0) >= taken,
            TimeSpan.FromSeconds(120),
            $"{taken} timed messages come"
        );
        await scene.WaitAsync(3);
        var read = await reader.ReadAllAsync(Load.Timed, 0);
        scene.Figure("sent", taken);
        scene.Figure("came", read.Count);
        Scene.Must(read.Select(m => m.Body).Distinct().Count() == taken, "some are lost");
        Scene.Must(read.Count == taken, $"{taken} came {read.Count} times");
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB < 600, $"memory is {broker.RssAnonMiB} MiB");
    }

    static async Task HalfMessagesAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync("transactionTimeOut=1000", "transactionCheckInterval=1000");
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await using (var silent = await scene.ClientAsync())
        {
            await silent.HeartbeatAsync("silent", null);
            await ManyAsync(
                scene,
                5000,
                TimeSpan.FromSeconds(40),
                (client, i) =>
                    client.SendAsync(
                        Load.Transactions,
                        0,
                        Encoding.UTF8.GetBytes($"half-{i}"),
                        "producers",
                        4,
                        ("TRAN_MSG", "true"),
                        ("PGROUP", "producers")
                    )
            );
            await scene.WaitAsync(15);
        }
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static async Task HeldPullsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var connections = Enumerable.Range(0, 10).Select(_ => new RawConnection()).ToList();
        foreach (var connection in connections)
        {
            _ = connection.DrainAsync(scene.Ended);
            for (var i = 0; i < 2000; i++)
                connection.TrySend(
                    RawConnection.Frame(
                        (int)RequestCode.PullMessage,
                        Client.PullFields(Load.Normal, i % 4, 10_000_000, "held", 32, 15_000),
                        opaque: i
                    )
                );
        }
        await scene.WaitAsync(20);
        scene.Figure("RssAnon MiB", broker.RssAnonMiB);
        Scene.Must(broker.RssAnonMiB < 600, $"memory is {broker.RssAnonMiB} MiB");
        probe.MustBeServed(ProbeSeconds);
        connections.ForEach(c => c.Dispose());
        await scene.VerdictAsync(load);
    }
}
