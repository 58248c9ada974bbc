using Hostile.Brokers;
using Hostile.Clients;
using Hostile.Disks;

namespace Hostile.Trials;

/// <summary>The disk below the file system is slow, fails, stands still, or loses its power.</summary>
static class FaultyDisks
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "power-cut-sync",
                "power cut under load with synchronous flush, 3 times",
                "everything acknowledged is there",
                scene => CutPowerAsync(scene, "SYNC_FLUSH")
            ),
            new(
                "power-cut-async",
                "power cut under load with asynchronous flush, positions committed at the tail, 3 times",
                "what is left is a prefix, no position is beyond the end, what is sent afterwards is delivered",
                scene => CutPowerAsync(scene, "ASYNC_FLUSH")
            ),
            new(
                "power-cut-metadata",
                "topics, groups and positions are acknowledged, 12 s later a power cut",
                "they are all there",
                PowerCutMetadataAsync
            ),
            new(
                "power-cut-in-recovery",
                "power cut under load, then power cuts at 4 moments of the start",
                "everything acknowledged is there",
                PowerCutInRecoveryAsync
            ),
        ];

    static async Task CutPowerAsync(Scene scene, string flush)
    {
        bool isSync = flush == "SYNC_FLUSH";
        var disk = scene.FaultyDisk(400);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([
            $"flushDiskType={flush}",
            "mappedFileSizeCommitLog=16777216",
            "flushIntervalCommitLog=3000",
        ]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        if (!isSync)
            await scene.WaitAsync(12); // topics made a moment ago are not what this is about
        var load = scene.Own(new Load(scene));
        var reader = scene.Own(new GroupReader(scene, "readers"));
        for (var cut = 0; cut < 3; cut++)
        {
            load.Start();
            reader.Start();
            await load.GainAsync(isSync ? 500 : 3000);
            if (isSync)
                await scene.WaitAsync(scene.Random.NextDouble());
            else
                await AfterCommitAsync(scene, broker, disk);
            broker.Freeze();
            disk.Device.CutPower();
            await broker.KillAsync();
            await load.StopAsync();
            await reader.StopAsync();
            disk.CutPower();
            await broker.StartAsync(scene.Ended);
            await using var client = await scene.ClientAsync();
            await GroupReader.PositionsMustHoldAsync(scene, client, "readers");
        }
        scene.Figure("lost with the power", $"{disk.Device.LostBytes / 1024} KiB");
        await using var last = await scene.ClientAsync();
        if (isSync)
            await new Verdict(scene, load) { DuplicatesAllowed = load.Acknowledged.Count / 2 }.HoldsAsync(last);
        await NewMessagesMustComeAsync(scene, last, reader);
    }

    /// <summary>The worst moment: positions have just been made durable.</summary>
    static async Task AfterCommitAsync(Scene scene, BrokerProcess broker, FaultyDisk disk)
    {
        var file = Path.Combine(broker.Store, "config", "consumerOffset.json");
        await scene.UntilAsync(() => File.Exists(file));
        var stamp = File.GetLastWriteTimeUtc(file);
        await Task.Run(() =>
        {
            while (File.GetLastWriteTimeUtc(file) == stamp && !scene.Ended.IsCancellationRequested)
                Thread.SpinWait(1000);
            long syncs = disk.Device.Syncs;
            SpinWait.SpinUntil(() => disk.Device.Syncs > syncs + 1, TimeSpan.FromMilliseconds(100));
        });
    }

    static async Task NewMessagesMustComeAsync(Scene scene, Client client, GroupReader reader)
    {
        reader.Start();
        for (var i = 0; i < 300; i++)
            (await client.SendAsync(Load.Normal, i % Load.NormalQueues, $"after-{i}")).EnsureSuccess();
        await scene.UntilAsync(
            () => reader.Seen.Keys.Count(b => b.StartsWith("after-", StringComparison.Ordinal)) == 300,
            TimeSpan.FromSeconds(20),
            "the group gets the 300 messages that were sent after the power came back"
        );
        await reader.StopAsync();
    }

    static async Task PowerCutMetadataAsync(Scene scene)
    {
        var disk = scene.FaultyDisk(300);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.Add("mappedFileSizeCommitLog=16777216");
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
        {
            await Load.CreateTopicsAsync(client);
            for (var i = 0; i < 50; i++)
            {
                await client.CreateTopicAsync($"topic-{i}", 1 + (i % 8));
                await client.CreateGroupAsync($"group-{i}");
                await client.SendAsync($"topic-{i}", 0, "one");
                await client.CommitOffsetAsync($"group-{i}", $"topic-{i}", 0, 1);
            }
        }
        await scene.WaitAsync(12);
        broker.Freeze();
        disk.Device.CutPower();
        await broker.KillAsync();
        disk.CutPower();
        await broker.StartAsync(scene.Ended);
        await using var again = await scene.ClientAsync();
        for (var i = 0; i < 50; i++)
        {
            Scene.Must(await again.MaxAsync($"topic-{i}", 0) == 1, $"the message of topic-{i} is gone");
            long position = await again.OffsetAsync($"group-{i}", $"topic-{i}", 0);
            Scene.Must(position == 1, $"group-{i} stands at {position}");
        }
    }

    static async Task PowerCutInRecoveryAsync(Scene scene)
    {
        var disk = scene.FaultyDisk(400);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(["flushDiskType=SYNC_FLUSH", "mappedFileSizeCommitLog=4194304"]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene) { BodyBytes = 20_000 });
        load.Start();
        await load.GainAsync(1500, TimeSpan.FromMinutes(2));
        for (var cut = 0; cut < 5; cut++)
        {
            broker.Freeze();
            disk.Device.CutPower();
            await broker.KillAsync();
            await load.StopAsync();
            disk.CutPower();
            broker.Launch();
            if (cut < 4)
                await scene.WaitAsync(0.15 * (cut + 1));
        }
        await broker.KillAsync();
        await broker.StartAsync(scene.Ended);
        scene.Figure("lost with the power", $"{disk.Device.LostBytes / 1024} KiB");
        await scene.VerdictAsync(load, load.Acknowledged.Count / 2);
    }
}
