using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;
using Hostile.Disks;

namespace Hostile.Trials;

/// <summary>The disk stands still or is slow; afterwards it goes on as if nothing had been.</summary>
static class StalledDisks
{
    /// <summary>What needs no disk is answered all the time: far below the 15 s of a stall.</summary>
    const double ProbeSeconds = 7;

    public static IEnumerable<Trial> All =>
        [
            new(
                "stalled-disk-40-senders",
                "a file system frozen for 15 s, 40 connections with 3 MB each under way",
                "heartbeats and queries of others are answered meanwhile",
                scene => FrozenAsync(scene, "ASYNC_FLUSH")
            ),
            new(
                "stalled-disk-40-senders-sync",
                "as before with synchronous flush",
                "heartbeats and queries of others are answered meanwhile",
                scene => FrozenAsync(scene, "SYNC_FLUSH")
            ),
            new(
                "stalled-device-sync-timeout",
                "a device that stands still for 15 s, synchronous flush, syncFlushTimeout=2000",
                "a send is answered FLUSH_DISK_TIMEOUT (10) before the device goes on, and nothing is lost",
                SyncTimeoutAsync
            ),
            new(
                "stalled-device-then-kill",
                "a device that stands still, SIGKILL meanwhile, then it goes on",
                "everything acknowledged is there",
                StallThenKillAsync
            ),
            new(
                "stalled-disk-at-stop",
                "SIGTERM while the file system is frozen for 10 s",
                "the stop ends in order once the disk goes on, nothing is lost",
                StallAtStopAsync
            ),
            new(
                "stalled-disk-topic-storm",
                "a frozen file system while 64 clients make topics",
                "others are answered meanwhile, the topics are there afterwards",
                TopicStormAsync
            ),
            new(
                "slow-device",
                "60 ms for every write and sync for 25 s under load with synchronous flush",
                "nothing lost, order kept, heartbeats are answered",
                SlowAsync
            ),
        ];

    static async Task FrozenAsync(Scene scene, string flush)
    {
        var disk = scene.Disk(2000);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange([$"flushDiskType={flush}", "mappedFileSizeCommitLog=67108864"]);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        await using var probe = scene.Own(new Probe(scene) { Sends = false });
        await probe.StartAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        var senders = Task.WhenAll(Enumerable.Range(0, 40).Select(i => SendAsync(scene, i, end.Token)));
        await scene.WaitAsync(5);
        probe.Reset();
        disk.Freeze();
        await scene.WaitAsync(15);
        double longest = probe.LongestSeconds;
        int answers = probe.Answers;
        disk.Thaw();
        await scene.WaitAsync(2);
        await end.CancelAsync();
        var acknowledged = (await senders).Sum();
        scene.Figure("longest wait", $"{longest:F1} s");
        scene.Figure("probe answers", answers);
        scene.Figure("acked", acknowledged);
        Scene.Must(
            longest < ProbeSeconds,
            $"a heartbeat waited {longest:F1} s while others' sends waited for the disk"
        );
        Scene.Must(answers > 20, $"{answers} heartbeats and queries were answered during the stall");
        long stored = 0;
        for (var queue = 0; queue < Load.NormalQueues; queue++)
            stored += await client.MaxAsync(Load.Normal, queue);
        Scene.Must(stored >= acknowledged, $"{acknowledged} were acknowledged and {stored} are there");
    }

    /// <summary>Sends with 3 MB under way on one connection. How many were acknowledged.</summary>
    static async Task<long> SendAsync(Scene scene, int number, CancellationToken ended)
    {
        await using var client = await scene.ClientAsync();
        client.Patience = TimeSpan.FromSeconds(60);
        var body = new byte[100_000];
        long acknowledged = 0;
        var underWay = new Queue<Task<Broker.Remoting.RemotingResponse>>();
        while (!ended.IsCancellationRequested || underWay.Count > 0)
        {
            while (!ended.IsCancellationRequested && underWay.Count < 30)
                underWay.Enqueue(client.SendAsync(Load.Normal, number % Load.NormalQueues, body));
            if ((await underWay.Dequeue()).Code == ResponseCode.Success)
                acknowledged++;
        }
        return acknowledged;
    }

    static async Task<(FaultyDisk Disk, BrokerProcess Broker, Load Load)> OnDeviceAsync(
        Scene scene,
        params string[] settings
    )
    {
        var disk = scene.FaultyDisk(600);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.AddRange(["mappedFileSizeCommitLog=16777216", .. settings]);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        return (disk, broker, scene.Own(new Load(scene) { Patience = TimeSpan.FromSeconds(60) }));
    }

    static async Task SyncTimeoutAsync(Scene scene)
    {
        var (disk, _, load) = await OnDeviceAsync(scene, "flushDiskType=SYNC_FLUSH", "syncFlushTimeout=2000");
        load.Start();
        await load.GainAsync(200);
        await load.StopAsync();
        await using var client = await scene.ClientAsync();
        client.Patience = TimeSpan.FromSeconds(60);
        disk.Device.Stall();
        var send = client.SendAsync(Load.Timed, 0, "during the stall");
        bool isAnswered = await Task.WhenAny(send, Task.Delay(TimeSpan.FromSeconds(15))) == send;
        disk.Device.Move();
        var answer = await send;
        scene.Figure("answer", answer.Code);
        Scene.Must(isAnswered, "no answer in 15 s, although syncFlushTimeout is 2 s");
        Scene.Must(answer.Code == ResponseCode.FlushDiskTimeout, $"the answer is {answer.Code}");
        load.Start();
        await load.GainAsync(200);
        await load.StopAsync();
        Scene.Must(
            (await client.ReadAllAsync(Load.Timed, 0)).Exists(m => m.Body == "during the stall"),
            "what was answered FLUSH_DISK_TIMEOUT is not there"
        );
    }

    static async Task StallThenKillAsync(Scene scene)
    {
        var (disk, broker, load) = await OnDeviceAsync(scene);
        for (var round = 0; round < 3; round++)
        {
            load.Start();
            await load.GainAsync(500);
            disk.Device.Stall();
            await scene.WaitAsync(4);
            Native.Signal(broker.Pid, Native.Kill);
            await scene.WaitAsync(1);
            disk.Device.Move(); // a process that waits for a disk dies when the disk answers
            await broker.KillAsync();
            await load.StopAsync();
            await broker.StartAsync(scene.Ended);
        }
        await scene.VerdictAsync(load, load.Acknowledged.Count / 2);
    }

    static async Task StallAtStopAsync(Scene scene)
    {
        var disk = scene.Disk(500);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.Add("mappedFileSizeCommitLog=16777216");
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene));
        load.Start();
        await load.GainAsync(1000);
        disk.Freeze();
        Native.Signal(broker.Pid, Native.Terminate);
        await scene.WaitAsync(10);
        disk.Thaw();
        Scene.Must(await broker.EndsAsync(TimeSpan.FromSeconds(40)), "the stop did not end after the disk went on");
        await load.StopAsync();
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load);
    }

    static async Task TopicStormAsync(Scene scene)
    {
        var disk = scene.Disk(500);
        var broker = scene.Broker(data: Path.Combine(disk.Mount, "data"));
        broker.Settings.Add("mappedFileSizeCommitLog=16777216");
        await broker.StartAsync(scene.Ended);
        await using var probe = scene.Own(new Probe(scene) { Sends = false });
        await probe.StartAsync();
        await scene.WaitAsync(2);
        probe.Reset();
        disk.Freeze();
        var storm = Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(async i =>
                {
                    await using var client = await scene.ClientAsync();
                    client.Patience = TimeSpan.FromSeconds(60);
                    await client.CreateTopicAsync($"storm-{i}");
                })
        );
        await scene.WaitAsync(12);
        double longest = probe.LongestSeconds;
        int answers = probe.Answers;
        disk.Thaw();
        await storm;
        scene.Figure("longest wait", $"{longest:F1} s");
        scene.Figure("probe answers", answers);
        Scene.Must(longest < ProbeSeconds, $"a heartbeat waited {longest:F1} s while topics waited for the disk");
        await using var reader = await scene.ClientAsync();
        for (var i = 0; i < 64; i++)
            Scene.Must(await reader.MaxAsync($"storm-{i}", 0) == 0, $"storm-{i} does not exist");
    }

    static async Task SlowAsync(Scene scene)
    {
        var (disk, _, load) = await OnDeviceAsync(scene, "flushDiskType=SYNC_FLUSH");
        await using var probe = scene.Own(new Probe(scene) { Sends = false });
        await probe.StartAsync();
        load.Start();
        await load.GainAsync(200);
        disk.Device.DelayMs = 60;
        await scene.WaitAsync(25);
        disk.Device.DelayMs = 0;
        await load.GainAsync(500);
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
    }
}
