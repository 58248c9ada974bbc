using Hostile.Brokers;
using Hostile.Clients;
using Hostile.Disks;

namespace Hostile.Trials;

/// <summary>The disk refuses writes, syncs or reads with EIO for a while.</summary>
static class FailingDisks
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "failing-syncs",
                "EIO for every sync for 8 s under load with synchronous flush, restart",
                "nothing is acknowledged that is not durable",
                FailingSyncsAsync
            ),
            new(
                "failing-writes",
                "EIO for every write for 8 s under load, SIGKILL, the disk is mounted again",
                "what was acknowledged before the first error and synced is there, the broker starts",
                FailingWritesAsync
            ),
            new(
                "failing-reads",
                "EIO for every read of what is not in memory",
                "the broker lives or ends at once, and has everything when the disk reads again",
                FailingReadsAsync
            ),
            new(
                "failing-reads-at-start",
                "EIO for every read while the broker starts",
                "the start is refused and damages nothing",
                FailingStartAsync
            ),
            new(
                "read-only-disk",
                "the file system goes read-only under load, and back",
                "nothing acknowledged is lost, sends go on, at the latest after a restart",
                ReadOnlyAsync
            ),
        ];

    static async Task<(FaultyDisk Disk, BrokerProcess Broker, Load Load)> StartAsync(
        Scene scene,
        string flush,
        int segmentBytes = 16777216
    )
    {
        var disk = scene.FaultyDisk(400);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([
            $"mappedFileSizeCommitLog={segmentBytes}",
            "maxMessageSize=500000",
            $"flushDiskType={flush}",
        ]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        return (disk, broker, scene.Own(new Load(scene)));
    }

    static async Task FailingSyncsAsync(Scene scene)
    {
        var (disk, broker, load) = await StartAsync(scene, "SYNC_FLUSH");
        load.Start();
        await load.GainAsync(500);
        disk.Device.FailsSyncs = true;
        await scene.WaitAsync(1);
        int before = load.Acknowledged.Count;
        await scene.WaitAsync(7);
        int meanwhile = load.Acknowledged.Count - before;
        broker.Freeze();
        disk.Device.CutPower();
        await broker.KillAsync();
        await load.StopAsync();
        disk.Device.FailsSyncs = false;
        disk.CutPower();
        await broker.StartAsync(scene.Ended);
        scene.Figure("acked while syncs failed", meanwhile);
        scene.Figure("refused syncs", disk.Device.Refused);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 2);
    }

    static async Task FailingWritesAsync(Scene scene)
    {
        var (disk, broker, load) = await StartAsync(scene, "SYNC_FLUSH");
        load.Start();
        await load.GainAsync(500);
        disk.Device.FailsWrites = true;
        await scene.WaitAsync(8);
        await broker.KillAsync();
        await load.StopAsync();
        disk.Device.FailsWrites = false;
        disk.Remount();
        await broker.StartAsync(scene.Ended);
        scene.Figure("refused writes", disk.Device.Refused);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 2);
    }

    static async Task FailingReadsAsync(Scene scene)
    {
        var (disk, broker, load) = await StartAsync(scene, "ASYNC_FLUSH", 1048576);
        load.Start();
        await load.GainAsync(20_000);
        await load.StopAsync();
        await scene.WaitAsync(3);
        await broker.StopAsync();
        FaultyDisk.DropCaches();
        await broker.StartAsync(scene.Ended);
        FaultyDisk.DropCaches();
        disk.Device.FailsReads = true;
        int failed = 0;
        for (var i = 0; i < 20 && broker.IsAlive; i++)
        {
            try
            {
                await using var client = await scene.ClientAsync();
                client.Patience = TimeSpan.FromSeconds(5);
                await client.PullAsync(Load.Normal, i % Load.NormalQueues, 20 * i);
            }
            catch (Exception failure) when (failure is IOException or TimeoutException)
            {
                failed++;
            }
        }
        disk.Device.FailsReads = false;
        scene.Figure("refused reads", disk.Device.Refused);
        scene.Figure("pulls without an answer", failed);
        scene.Figure("broker", broker.IsAlive ? "lives" : $"ended with {broker.ExitCode}");
        if (broker.IsAlive)
            await broker.StopAsync();
        disk.Remount();
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task FailingStartAsync(Scene scene)
    {
        var (disk, broker, load) = await StartAsync(scene, "ASYNC_FLUSH");
        load.Start();
        await load.GainAsync(5000);
        await broker.KillAsync();
        await load.StopAsync();
        FaultyDisk.DropCaches();
        disk.Device.FailsReads = true;
        for (var i = 0; i < 3; i++)
        {
            broker.Launch();
            await broker.EndsAsync(TimeSpan.FromSeconds(5));
            await broker.KillAsync();
        }
        disk.Device.FailsReads = false;
        disk.Remount();
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task ReadOnlyAsync(Scene scene)
    {
        var disk = scene.Disk(400);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(["mappedFileSizeCommitLog=1048576", "maxMessageSize=500000"]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(2000);
        // A file system that is written to cannot be made read-only in order; an emergency can.
        var (code, said) = Shell.Try("mount", "-o", "remount,ro,abort", disk.Mount);
        scene.Say($"remount: {code} {said}");
        await scene.WaitAsync(6);
        Scene.Must(broker.IsAlive, $"the broker ended on a read-only disk: {broker.LastLines(2)}");
        await broker.KillAsync();
        await load.StopAsync();
        await disk.DisposeAsync();
        disk.MountAgain();
        await broker.StartAsync(scene.Ended);
        await load.GainAfterStartAsync(200);
        // Without power loss the page cache may still be gone: what was written back is what there is.
        await using var client2 = await scene.ClientAsync();
        long sum = 0;
        for (var queue = 0; queue < Load.NormalQueues; queue++)
            sum += (await client2.ReadAllAsync(Load.Normal, queue)).Count;
        scene.Figure("acked", load.Acknowledged.Count);
        scene.Figure("read", sum);
        Scene.Must(sum > 0, "nothing is left");
    }
}
