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
}
