using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>The system gives less than is wanted: handles, file sizes, memory, threads, processor time.</summary>
static class Limits
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "no-handles-when-due",
                "prlimit --nofile=20 while timed and delayed messages are due, then lifted",
                "each comes once",
                NoHandlesWhenDueAsync
            ),
            new(
                "no-handles-under-load",
                "prlimit --nofile below what is open for 10 s under load, with segments that roll",
                "nothing acknowledged is lost, sends go on afterwards, the log names the handles",
                NoHandlesUnderLoadAsync
            ),
            new(
                "connections-take-all-handles",
                "ulimit -n 400 and 600 connections",
                "the store still rolls its files: sends of those that are in go on",
                ConnectionsTakeHandlesAsync
            ),
            new(
                "file-size-limit",
                "prlimit --fsize=3 MiB with segments of 4 MiB",
                "what is acknowledged is readable, also after a restart without the limit",
                FileSizeAsync
            ),
            new(
                "memory-of-a-small-container",
                "a memory cgroup of 400 MiB under load with 300 MiB of reads",
                "the broker lives and serves",
                SmallMemoryAsync
            ),
            new(
                "few-threads",
                "a pids cgroup that allows no more threads, under load with 200 connections",
                "the broker lives or ends at once, and has everything when it starts again",
                FewThreadsAsync
            ),
            new(
                "tenth-of-a-processor",
                "a cpu cgroup of a tenth of a processor for 20 s under load",
                "nothing lost, order kept, full speed afterwards",
                SlowProcessorAsync
            ),
        ];

    static async Task NoHandlesWhenDueAsync(Scene scene)
    {
        string[] topics = ["timed-a", "timed-b", "level-a", "level-b"];
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
        {
            foreach (var topic in topics)
            {
                await client.CreateTopicAsync(topic);
                await client.SendAsync(topic, 0, "first");
            }
        }
        await scene.RestartAsync(broker); // so that files must be opened when something is due
        await using var sender = await scene.ClientAsync();
        await sender.SendAsync("timed-a", 0, "opens the queue");
        await sender.SendAsync("level-a", 0, "opens the queue");
        var due = DateTimeOffset.UtcNow.AddSeconds(12).ToUnixTimeMilliseconds();
        for (var i = 0; i < 25; i++)
        {
            await sender.SendAsync(
                i == 12 ? "timed-b" : "timed-a",
                0,
                $"t{i}",
                ("TIMER_DELIVER_MS", $"{due + (10 * i)}")
            );
            await sender.SendAsync(i == 12 ? "level-b" : "level-a", 0, $"l{i}", ("DELAY", "3"));
        }
        await scene.WaitAsync(5);
        broker.Limit("nofile=20:");
        await scene.WaitAsync(12);
        broker.Limit("nofile=20000:");
        await scene.WaitAsync(8);
        await MustHaveOnceAsync(scene, sender, topics, "afterwards");
        await scene.RestartAsync(broker);
        await scene.WaitAsync(6);
        await using var again = await scene.ClientAsync();
        await MustHaveOnceAsync(scene, again, topics, "after a restart");
    }

    static async Task MustHaveOnceAsync(Scene scene, Client client, string[] topics, string when)
    {
        var copies = new List<string>();
        foreach (var topic in topics)
            copies.AddRange((await client.ReadAllAsync(topic, 0)).Select(m => m.Body).Where(b => b.Length < 4));
        int distinct = copies.Distinct().Count();
        scene.Figure($"distinct {when}", distinct);
        scene.Figure($"copies {when}", copies.Count);
        Scene.Must(distinct == 50, $"{50 - distinct} of 50 messages that were due are lost {when}");
        Scene.Must(copies.Count == 50, $"50 messages that were due came {copies.Count} times {when}");
    }

    static async Task NoHandlesUnderLoadAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync("mappedFileSizeCommitLog=1048576", "maxMessageSize=500000");
        load.Start();
        for (var round = 0; round < 2; round++)
        {
            await load.GainAsync(2000);
            broker.Limit($"nofile={broker.Handles - 5}:");
            await scene.WaitAsync(10);
            broker.Limit("nofile=20000:");
            await load.GainAsync(500);
        }
        Scene.Must(broker.IsAlive, "the broker ended");
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static async Task ConnectionsTakeHandlesAsync(Scene scene)
    {
        var broker = scene.Broker();
        broker.Wrapper.AddRange(["prlimit", "--nofile=400:400"]);
        broker.Settings.AddRange(["mappedFileSizeCommitLog=1048576", "maxMessageSize=500000"]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(500);
        var flood = new List<RawConnection>();
        for (var i = 0; i < 600; i++)
        {
            flood.Add(new RawConnection());
            flood[^1].TrySend(RawConnection.Frame(RequestCode.HeartBeat, null, HeartbeatBodies.Consumer($"c{i}", "g")));
        }
        await load.GainAsync(8000);
        scene.Figure("handles", broker.Handles);
        flood.ForEach(c => c.Dispose());
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static async Task FileSizeAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync("mappedFileSizeCommitLog=4194304", "maxMessageSize=500000");
        load.Start();
        await load.GainAsync(2000);
        broker.Limit("fsize=3145728:3145728");
        await scene.WaitAsync(10);
        await load.StopAsync();
        scene.Figure("refused", load.Refusals.Values.Sum());
        if (broker.IsAlive)
            await broker.KillAsync();
        else
            scene.Figure("ended with", broker.ExitCode ?? 0);
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task SmallMemoryAsync(Scene scene)
    {
        using var group = ControlGroup.Create("memory");
        group.Write("memory.limit_in_bytes", $"{400 << 20}");
        var (broker, load) = await LimitedAsync(scene, group);
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("large");
        for (var i = 0; i < 300; i++)
            (await client.SendAsync("large", 0, new byte[1_000_000])).EnsureSuccess();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        for (var round = 0; round < 2; round++)
            await ReadLargeAsync(scene);
        Scene.Must(broker.IsAlive, $"the broker ended with {broker.ExitCode}");
        scene.Figure("RssAnon MiB", broker.RssAnonMiB);
        probe.MustBeServed(20);
        await scene.VerdictAsync(load);
    }

    static Task ReadLargeAsync(Scene scene) =>
        Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(async _ =>
                {
                    await using var reader = await scene.ClientAsync();
                    for (var i = 0; i < 300; i += 3)
                        await reader.PullAsync("large", 0, i, count: 3);
                })
        );

    static async Task FewThreadsAsync(Scene scene)
    {
        using var group = ControlGroup.Create("pids");
        var (broker, load) = await LimitedAsync(scene, group);
        load.Start();
        await load.GainAsync(1000);
        group.Write("pids.max", group.Read("pids.current").Trim());
        var probes = Enumerable.Range(0, 200).Select(_ => new RawConnection()).ToList();
        foreach (var connection in probes)
            connection.TrySend(
                RawConnection.Frame(RequestCode.PullMessage, Client.PullFields(Load.Normal, 0, 0, "readers", 32, 5000))
            );
        await scene.WaitAsync(15);
        probes.ForEach(c => c.Dispose());
        group.Write("pids.max", "max");
        scene.Figure("broker", broker.IsAlive ? "lives" : $"ended with {broker.ExitCode}");
        if (!broker.IsAlive)
            await broker.StartAsync(scene.Ended);
        await load.GainAsync(500);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task SlowProcessorAsync(Scene scene)
    {
        using var group = ControlGroup.Create("cpu");
        if (!group.Has("cpu.cfs_quota_us"))
            throw new SkippedException("no cpu.cfs_quota_us");
        var (broker, load) = await LimitedAsync(scene, group);
        load.Start();
        await load.GainAsync(1000);
        group.Write("cpu.cfs_quota_us", "10000");
        await scene.WaitAsync(20);
        group.Write("cpu.cfs_quota_us", "-1");
        await load.GainAsync(1000);
        Scene.Must(broker.IsAlive, "the broker ended");
        await scene.VerdictAsync(load);
    }

    static async Task<(BrokerProcess Broker, Load Load)> LimitedAsync(Scene scene, ControlGroup group)
    {
        var (broker, load) = await scene.LoadedAsync();
        group.Add(broker.Pid);
        return (broker, load);
    }
}
