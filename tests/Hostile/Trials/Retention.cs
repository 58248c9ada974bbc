using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Old segments are deleted while others read, sleep, or stop.</summary>
static class Retention
{
    /// <summary>A broker that believes its disk to be full, and deletes whatever it may as fast as it may.</summary>
    static readonly string[] Greedy =
    [
        "mappedFileSizeCommitLog=1048576",
        "mappedFileSizeConsumeQueue=200",
        "cleanResourceInterval=10",
        "diskMaxUsedSpaceRatio=10",
        "diskSpaceCleanForciblyRatio=10",
        "diskSpaceWarningLevelRatio=100",
        "maxMessageSize=500000",
    ];

    public static IEnumerable<Trial> All =>
        [
            new(
                "retention-races-readers",
                "segments deleted every 10 ms for 40 s while 12 consumers wait at the tail, orderly restart",
                "no queue file in front of the minimum, the queue ends where it ended",
                RacesAsync
            ),
            new(
                "retention-races-kill",
                "segments deleted every 10 ms, SIGKILL 5 times",
                "the queue ends where it ended or further, the next offset fits",
                RacesKillAsync
            ),
            new(
                "frozen-consumer-and-retention",
                "a consumer stands still while retention takes what it has not read",
                "it goes on at the minimum and gets everything from there, in order, once",
                FrozenConsumerAsync
            ),
            new(
                "undeletable-segment",
                "the first segment cannot be deleted for a while (chattr +i), orderly restart",
                "it is tried again, nothing grows, everything behind is readable",
                UndeletableAsync
            ),
        ];

    static async Task<(BrokerProcess Broker, Load Load)> StartAsync(Scene scene)
    {
        var (broker, _) = await scene.LoadedAsync(Greedy);
        return (broker, scene.Own(new Load(scene) { BodyBytes = 3000, OnlyNormal = true }));
    }

    static async Task RacesAsync(Scene scene)
    {
        var (broker, load) = await StartAsync(scene);
        load.Start();
        var readers = Enumerable.Range(0, 3).Select(i => scene.Own(new GroupReader(scene, $"tail-{i}"))).ToList();
        readers.ForEach(r => r.Start());
        var searching = SearchAsync(scene);
        await scene.WaitAsync(40);
        await load.StopAsync();
        foreach (var reader in readers)
            await reader.StopAsync();
        await scene.WaitAsync(2);
        var before = await EndsAsync(scene);
        int strays = before.Select((_, queue) => Strays(broker, queue)).Sum();
        scene.Figure("acked", load.Acknowledged.Count);
        scene.Figure("stray files", strays);
        await broker.StopAsync();
        await searching;
        await broker.StartAsync(scene.Ended);
        await MustEndAsync(scene, before);
        Scene.Must(strays == 0, $"{strays} queue files in front of the minimum were made again");
    }

    /// <summary>Searches by time and pulls from the beginning race the deletion, too.</summary>
    static async Task SearchAsync(Scene scene)
    {
        try
        {
            await using var client = await scene.ClientAsync();
            for (var i = 0; ; i++)
            {
                var fields = Client.Queue(Load.Normal, i % Load.NormalQueues);
                fields.Add("timestamp", DateTimeOffset.UtcNow.AddSeconds(-(i % 5)).ToUnixTimeMilliseconds());
                await client.CallAsync(RequestCode.SearchOffsetByTimestamp, fields);
                long min = await client.MinAsync(Load.Normal, i % Load.NormalQueues);
                await client.PullAsync(Load.Normal, i % Load.NormalQueues, min);
            }
        }
        catch (Exception end) when (end is IOException or TimeoutException or RefusedException)
        {
            // The broker stops.
        }
    }

    static async Task<List<(long Min, long Max)>> EndsAsync(Scene scene)
    {
        await using var client = await scene.ClientAsync();
        var ends = new List<(long, long)>();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
            ends.Add((await client.MinAsync(Load.Normal, queue), await client.MaxAsync(Load.Normal, queue)));
        return ends;
    }

    static async Task MustEndAsync(Scene scene, List<(long Min, long Max)> before)
    {
        var after = await EndsAsync(scene);
        await using var client = await scene.ClientAsync();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            long max = before[queue].Max;
            Scene.Must(after[queue].Max >= max, $"queue {queue} ended at {max} and ends at {after[queue].Max}");
            var next = await client.SendAsync(Load.Normal, queue, "next");
            if (next.Code != ResponseCode.Success)
                continue; // a disk that is believed to be full
            long offset = next.Long("queueOffset");
            Scene.Must(offset == after[queue].Max, $"the next message of queue {queue} got {offset}, not {max}");
        }
    }

    /// <summary>
    /// Files that are empty, or that no other follows: those that a reader made again. Files in front of the minimum
    /// that are whole may wait for the next deletion.
    /// </summary>
    static int Strays(BrokerProcess broker, int queue)
    {
        const int fileBytes = 200;
        var files = Files.In(broker.Store, $"consumequeue/{Load.Normal}/{queue}").ToList();
        var starts = files.Select(f => long.Parse(Path.GetFileName(f))).ToList();
        return files.Count(f => new FileInfo(f).Length == 0)
            + starts.Zip(starts.Skip(1)).Count(pair => pair.First + fileBytes != pair.Second);
    }

    static async Task RacesKillAsync(Scene scene)
    {
        var (broker, load) = await StartAsync(scene);
        for (var round = 0; round < 5; round++)
        {
            load.Start();
            await scene.WaitAsync(5);
            await load.StopAsync();
            var before = await EndsAsync(scene);
            await broker.KillAsync();
            await broker.StartAsync(scene.Ended);
            await MustEndAsync(scene, before);
        }
        scene.Figure("acked", load.Acknowledged.Count);
    }

    static async Task FrozenConsumerAsync(Scene scene)
    {
        var (_, load) = await StartAsync(scene);
        var reader = scene.Own(new GroupReader(scene, "readers"));
        load.Start();
        reader.Start();
        await scene.WaitAsync(5);
        reader.Pace = TimeSpan.FromSeconds(12); // stands still
        await scene.WaitAsync(14);
        reader.Pace = TimeSpan.Zero;
        await scene.WaitAsync(12);
        await load.StopAsync();
        await scene.WaitAsync(3);
        await reader.StopAsync();
        int twice = reader.Seen.Values.Sum(c => c - 1);
        scene.Figure("acked", load.Acknowledged.Count);
        scene.Figure("consumed", reader.Seen.Count);
        scene.Figure("twice", twice);
        Scene.Must(twice == 0, $"{twice} messages came twice");
        await using var client = await scene.ClientAsync();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            var left = await client.ReadAllAsync(Load.Normal, queue);
            int missed = left.Count(m => !reader.Seen.ContainsKey(m.Body.TrimEnd()));
            Scene.Must(missed == 0, $"{missed} messages that queue {queue} still has never came to the group");
        }
    }

    static async Task UndeletableAsync(Scene scene)
    {
        string[] patient =
        [
            "mappedFileSizeCommitLog=1048576",
            "cleanResourceInterval=3600000",
            "maxMessageSize=500000",
            "diskSpaceCleanForciblyRatio=100",
            "diskMaxUsedSpaceRatio=95",
            "diskSpaceWarningLevelRatio=100",
        ];
        var (broker, _) = await scene.LoadedAsync(patient);
        var load = scene.Own(new Load(scene) { BodyBytes = 3000, OnlyNormal = true });
        load.Start();
        await load.GainAsync(2500);
        await load.StopAsync();
        await broker.StopAsync();
        var first = Files.In(broker.Store, "commitlog").First();
        Shell.Run("chattr", "+i", first);
        broker.Settings.Clear();
        broker.Settings.AddRange(Greedy.Where(s => !s.StartsWith("cleanResource", StringComparison.Ordinal)));
        broker.Settings.Add("cleanResourceInterval=300");
        await broker.StartAsync(scene.Ended);
        await scene.WaitAsync(1.4);
        await using (var client = await scene.ClientAsync())
        {
            await client.ConfigureAsync("diskSpaceCleanForciblyRatio", "100");
            await client.ConfigureAsync("diskMaxUsedSpaceRatio", "95");
        }
        var before = await EndsAsync(scene);
        await broker.StopAsync();
        Shell.Run("chattr", "-i", first);
        broker.Settings.Clear();
        broker.Settings.AddRange(patient);
        await broker.StartAsync(scene.Ended);
        var grown = Files.In(broker.Store, "commitlog").Where(f => new FileInfo(f).Length > 2 << 20).ToList();
        Scene.Must(grown.Count == 0, $"{Path.GetFileName(grown.FirstOrDefault())} grew");
        await MustEndAsync(scene, before);
        await using var reader = await scene.ClientAsync();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            int read = (await reader.ReadAllAsync(Load.Normal, queue)).Count(m => m.Body != "next");
            long kept = before[queue].Max - before[queue].Min;
            scene.Figure($"queue {queue}", $"{read} of {kept}");
            Scene.Must(read >= kept - 60, $"{read} of {kept} messages of queue {queue} are readable");
        }
    }
}
