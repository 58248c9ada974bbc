using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>No room is left on the disk.</summary>
static class FullDisks
{
    /// <summary>The broker does not watch the disk: what is tried is the error, not its foresight.</summary>
    static readonly string[] Blind =
    [
        "diskSpaceWarningLevelRatio=100",
        "diskSpaceCleanForciblyRatio=100",
        "diskMaxUsedSpaceRatio=95",
        "mappedFileSizeCommitLog=8388608",
        "maxMessageSize=1000000",
    ];

    public static IEnumerable<Trial> All =>
        [
            new(
                "disk-full-under-load",
                "writes fill a disk of 96 MiB to the last block, then room is made",
                "sends are refused and not lost, reads go on, sends go on with room, no restart",
                FillAsync
            ),
            new(
                "disk-full-at-start",
                "SIGKILL under load, no block left for the recovery, then room",
                "a start without room damages nothing; the start with room has everything",
                StartFullAsync
            ),
            new(
                "disk-full-when-due",
                "no block left while delayed and timed messages are due, then room",
                "each comes once, after there is room",
                FullWhenDueAsync
            ),
            new(
                "disk-full-state-files",
                "no block left while topics, groups and positions change, SIGKILL, room",
                "what was acknowledged is there, no state file is empty",
                FullStateAsync
            ),
            new(
                "no-inodes",
                "a file system without free inodes under load with small segments",
                "sends are refused and not lost, the broker lives and goes on when there are some",
                NoInodesAsync
            ),
        ];

    static async Task FillAsync(Scene scene)
    {
        var disk = scene.Disk(96);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(Blind);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        disk.Fill(40);
        var load = scene.Own(new Load(scene) { BodyBytes = 4000 });
        load.Start();
        await scene.UntilAsync(
            () => load.Refusals.Values.Sum() + load.Failures > 100,
            TimeSpan.FromSeconds(120),
            "a full disk refuses sends"
        );
        Scene.Must(broker.IsAlive, $"the broker ended on a full disk: {broker.LastLines(2)}");
        int full = load.Acknowledged.Count;
        await using var reader = await scene.ClientAsync();
        Scene.Must((await reader.PullAsync(Load.Normal, 0, 0)).Messages.Count > 0, "a full disk stops reads");
        disk.Empty();
        await load.GainAsync(200);
        await load.StopAsync();
        scene.Figure("acked when full", full);
        scene.Figure("refused", load.Refusals.Values.Sum());
        await new Verdict(scene, load).HoldsAsync(reader);
        await broker.StopAsync();
        await broker.StartAsync(scene.Ended);
        await using var again = await scene.ClientAsync();
        await new Verdict(scene, load).HoldsAsync(again);
    }

    static async Task StartFullAsync(Scene scene)
    {
        var disk = scene.Disk(160);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(Blind);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene) { BodyBytes = 2000 });
        load.Start();
        await load.GainAsync(5_000);
        await broker.KillAsync();
        await load.StopAsync();
        disk.Fill(0);
        for (var attempt = 0; attempt < 3; attempt++)
        {
            broker.Launch();
            await broker.EndsAsync(TimeSpan.FromSeconds(6));
            await broker.KillAsync();
        }
        disk.Empty();
        await broker.StartAsync(scene.Ended);
        await using var reader = await scene.ClientAsync();
        await new Verdict(scene, load) { DuplicatesAllowed = load.Acknowledged.Count / 4 }.HoldsAsync(reader);
    }

    static async Task FullWhenDueAsync(Scene scene)
    {
        const int messages = 400;
        var disk = scene.Disk(120);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([.. Blind, "mappedFileSizeCommitLog=1048576"]);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        for (var i = 0; i < messages; i++)
        {
            await client.SendAsync(Load.Delayed, 0, $"d-{i}".PadRight(5000), ("DELAY", "3"));
            await client.SendAsync(Load.Timed, 0, $"t-{i}".PadRight(5000), ("TIMER_DELAY_MS", "10000"));
        }
        disk.Fill(0);
        await scene.WaitAsync(15);
        Scene.Must(broker.IsAlive, "the broker ended on a full disk");
        disk.Empty();
        foreach (var topic in new[] { Load.Delayed, Load.Timed })
            await scene.UntilAsync(async () => await client.MaxAsync(topic, 0) >= messages, null, $"{topic} comes");
        await scene.WaitAsync(3);
        foreach (var topic in new[] { Load.Delayed, Load.Timed })
        {
            var read = await client.ReadAllAsync(topic, 0);
            int distinct = read.Select(m => m.Body).Distinct().Count();
            scene.Figure(topic, read.Count);
            Scene.Must(distinct == messages, $"{messages - distinct} of {topic} are lost");
            Scene.Must(read.Count == messages, $"{messages} of {topic} came {read.Count} times");
        }
    }

    static async Task FullStateAsync(Scene scene)
    {
        var disk = scene.Disk(96);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(Blind);
        await broker.StartAsync(scene.Ended);
        var created = new List<string>();
        await using (var client = await scene.ClientAsync())
        {
            await Load.CreateTopicsAsync(client);
            await client.CommitOffsetAsync("readers", Load.Normal, 0, 0);
            disk.Fill(0);
            for (var i = 0; i < 60; i++)
            {
                var name = $"topic-with-a-rather-long-name-{i}";
                if (await TryAsync(() => client.CreateTopicAsync(name)))
                    created.Add(name);
                await TryAsync(() => client.CreateGroupAsync($"group-{i}"));
            }
            await scene.WaitAsync(12);
        }
        await broker.KillAsync();
        disk.Empty();
        await broker.StartAsync(scene.Ended);
        await using var again = await scene.ClientAsync();
        scene.Figure("topics acked on a full disk", created.Count);
        foreach (var topic in created.Concat(Load.Topics))
            (await again.CallAsync(RequestCode.GetTopicConfig, new() { { "topic", topic } })).EnsureSuccess();
    }

    static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (RefusedException)
        {
            return false;
        }
    }

    static async Task NoInodesAsync(Scene scene)
    {
        var disk = scene.Disk(300);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([.. Blind, "mappedFileSizeCommitLog=1048576", "mappedFileSizeConsumeQueue=4000"]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(1000);
        var ballast = Directory.CreateDirectory(Path.Combine(disk.Mount, "inodes"));
        await Task.Run(() => TakeInodes(ballast.FullName));
        await scene.WaitAsync(10);
        Scene.Must(broker.IsAlive, $"the broker ended without inodes: {broker.LastLines(2)}");
        ballast.Delete(recursive: true);
        await load.GainAsync(500);
        scene.Figure("refused", load.Refusals.Values.Sum());
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static void TakeInodes(string folder)
    {
        for (var i = 0; i < 500_000; i++)
        {
            try
            {
                using var file = File.Create(Path.Combine(folder, $"{i}"));
            }
            catch (IOException)
            {
                return;
            }
        }
    }
}
