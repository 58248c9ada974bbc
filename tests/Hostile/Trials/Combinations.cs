using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Two faults at a time.</summary>
static class Combinations
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "kill-on-full-disk",
                "SIGKILL on a full disk under load, the start has 2 MiB of room, then more",
                "everything acknowledged is there",
                KillFullAsync
            ),
            new(
                "kill-while-retention-deletes",
                "SIGKILL under load, one segment in the middle gone and a bit flipped, SIGKILL in the recovery",
                "what lies behind the damage is there, the next offset fits",
                KillDamagedAsync
            ),
            new(
                "freeze-under-connection-flood",
                "SIGSTOP for 12 s while 1,000 connections are opened and half-sent",
                "nothing lost, honest clients go on",
                FreezeFloodAsync
            ),
            new(
                "clock-back-and-kill",
                "an hour back, SIGKILL, start, the right time, SIGKILL",
                "nothing lost, delayed messages come",
                ClockKillAsync
            ),
            new(
                "slow-disk-and-few-handles",
                "60 ms for every write, no handle left, under load, then SIGKILL",
                "everything acknowledged is there",
                SlowAndFewAsync
            ),
            new(
                "orderly-stops-under-load",
                "8 orderly stops under load with pops, transactions and timers",
                "nothing lost, nothing twice: an orderly stop repeats nothing",
                StopsAsync
            ),
            new(
                "two-brokers-on-one-folder",
                "a second process is started on the folder of one that runs",
                "the second refuses to start, the first loses nothing",
                TwoOnOneAsync
            ),
        ];

    static async Task KillFullAsync(Scene scene)
    {
        var disk = scene.Disk(120);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([
            "diskSpaceWarningLevelRatio=100",
            "diskSpaceCleanForciblyRatio=100",
            "diskMaxUsedSpaceRatio=95",
            "mappedFileSizeCommitLog=4194304",
            "maxMessageSize=1000000",
        ]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        disk.Fill(30);
        var load = scene.Own(new Load(scene) { BodyBytes = 3000 });
        load.Start();
        await scene.UntilAsync(() => load.Refusals.Values.Sum() + load.Failures > 60, null, "the full disk refuses");
        await broker.KillAsync();
        await load.StopAsync();
        disk.Empty();
        disk.Fill(2);
        broker.Launch();
        await broker.EndsAsync(TimeSpan.FromSeconds(8));
        await broker.KillAsync();
        disk.Empty();
        await broker.StartAsync(scene.Ended);
        load.Start();
        await load.GainAsync(300);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 2);
    }

    static async Task KillDamagedAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync(
            "mappedFileSizeCommitLog=1048576",
            "mappedFileSizeConsumeQueue=4000",
            "maxMessageSize=500000"
        );
        load.Start();
        await load.GainAsync(10_000);
        // Until a checkpoint says that the first segments are durable, damage ends the log.
        await scene.WaitAsync(5);
        await broker.KillAsync();
        await load.StopAsync();
        var segments = Brokers.Files.In(broker.Store, "commitlog").Where(f => Brokers.Files.UsedBytes(f) > 0).ToList();
        File.Delete(segments[1]);
        Brokers.Files.Flip(segments[2], scene.Random, 0.3, 0.6);
        for (var kill = 0; kill < 4; kill++)
        {
            broker.Launch();
            await scene.WaitAsync(0.12 * (kill + 1));
            await broker.KillAsync();
        }
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        int found = 0;
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            long max = await client.MaxAsync(Load.Normal, queue);
            for (long at = await client.MinAsync(Load.Normal, queue); at < max; )
            {
                var pulled = await client.PullAsync(Load.Normal, queue, at);
                Scene.Must(pulled.Messages.All(m => m.IsIntact), "a damaged body was delivered");
                found += pulled.Messages.Count;
                at = Math.Max(at + 1, pulled.Next);
            }
            var next = (await client.SendAsync(Load.Normal, queue, "next")).EnsureSuccess().Long("queueOffset");
            Scene.Must(next == max, $"queue {queue} ends at {max} and the next message got {next}");
        }
        int sent = load.Acknowledged.Keys.Count(k => k.StartsWith(Load.Normal, StringComparison.Ordinal));
        scene.Figure("acked", sent);
        scene.Figure("found", found);
        // The segment that is gone and what stood in front of it: two of the log's segments at most.
        Scene.Must(found > sent * (segments.Count - 3) / segments.Count, $"{found} of {sent} are left");
    }

    static async Task FreezeFloodAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await load.GainAsync(500);
        var flood = new List<RawConnection>();
        broker.Freeze();
        for (var i = 0; i < 400; i++)
        {
            flood.Add(new RawConnection());
            flood[^1].TrySend(RawConnection.Frame(5_000_000, 100, "{\"code\":10"));
        }
        await scene.WaitAsync(12);
        broker.Thaw();
        for (var i = 0; i < 600; i++)
        {
            flood.Add(new RawConnection());
            flood[^1].TrySend(RawConnection.Frame(5_000_000, 100, "{\"code\":10"));
        }
        await load.GainAsync(2000);
        flood.ForEach(c => c.Reset());
        Scene.Must(broker.RssAnonMiB < 500, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
    }

    static async Task ClockKillAsync(Scene scene)
    {
        var clock = Brokers.FakeClock.Create(scene.Folder);
        var broker = scene.Broker();
        clock.ApplyTo(broker);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        foreach (var hours in new[] { -1, 0, -1, 0 })
        {
            await load.GainAsync(500);
            clock.Step(TimeSpan.FromHours(hours));
            await scene.WaitAsync(2);
            await broker.KillAsync();
            await broker.StartAsync(scene.Ended);
        }
        await load.GainAsync(500);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task SlowAndFewAsync(Scene scene)
    {
        var disk = scene.FaultyDisk(400);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(["mappedFileSizeCommitLog=1048576", "maxMessageSize=500000"]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(2000);
        disk.Device.DelayMs = 60;
        broker.Limit($"nofile={broker.Handles - 3}:");
        await scene.WaitAsync(15);
        broker.Limit("nofile=20000:");
        disk.Device.DelayMs = 0;
        await load.GainAsync(300);
        await broker.KillAsync();
        await broker.StartAsync(scene.Ended);
        await load.GainAsync(300);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task StopsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        for (var stop = 0; stop < 8; stop++)
        {
            await load.GainAsync(300);
            await scene.WaitAsync(scene.Random.NextDouble() * 2);
            await scene.RestartAsync(broker);
        }
        await load.GainAsync(300);
        await scene.VerdictAsync(load);
    }

    static async Task TwoOnOneAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await load.GainAsync(500);
        var second = scene.Own(
            new Brokers.BrokerProcess(scene.Program, scene.Folder, "second", broker.Data)
            {
                Port = 12911,
                NameServerPort = 12876,
                HttpPort = 0,
            }
        );
        second.Launch();
        bool ended = await second.EndsAsync(TimeSpan.FromSeconds(20));
        await second.KillAsync();
        Scene.Must(ended && second.ExitCode != 0, "a second broker started on a folder that is in use");
        scene.Figure("the second said", second.LastLines(1)[..Math.Min(120, second.LastLines(1).Length)]);
        await load.GainAsync(500);
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }
}
