using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Files of a stopped broker are damaged; the next start finds them so.</summary>
static class Damage
{
    static readonly string[] SmallFiles =
    [
        "mappedFileSizeCommitLog=1048576",
        "mappedFileSizeConsumeQueue=4000",
        "maxMessageSize=500000",
        "cleanResourceInterval=3600000",
    ];

    public static IEnumerable<Trial> All =>
        [
            new(
                "flip-old-log",
                "60 bits flipped in segments that are durable for long, orderly stop",
                "no wrong body is delivered, only damaged messages are missing, the log names the damage",
                FlipOldLogAsync
            ),
            new(
                "flip-log-near-end",
                "one bit flipped 40 % in front of the end of the log, after an orderly stop",
                "durable messages behind the damage stay",
                FlipNearEndAsync
            ),
            new(
                "flip-queue-files",
                "60 bits flipped in queue files",
                "no wrong or misframed body; every message is there, because the log has them",
                FlipQueuesAsync
            ),
            new(
                "queue-files-deleted",
                "the folder of all queues removed",
                "the queues are made of the log again",
                scene => WithoutAsync(scene, store => Directory.Delete(Path.Combine(store, "consumequeue"), true))
            ),
            new(
                "queue-file-truncated",
                "every queue's last file cut in the middle of an entry",
                "the queues are made of the log again",
                scene => WithoutAsync(scene, TruncateQueues)
            ),
            new(
                "stray-empty-queue-file",
                "an empty queue file in front of the first one, orderly restart",
                "the queue ends where it ended, positions stay, the next message gets the next offset",
                StrayFileAsync
            ),
            new(
                "index-garbage",
                "index files filled with chance bytes, checkpoint cut in half",
                "everything is there and queries by key answer",
                scene => WithoutAsync(scene, RuinIndex)
            ),
            new(
                "checkpoint-from-the-future",
                "a checkpoint of chance bytes, after a kill",
                "everything is there",
                CheckpointAsync
            ),
            new(
                "log-tail-garbage",
                "chance bytes behind the last message, after a kill",
                "everything is there, the garbage is not",
                TailAsync
            ),
            new(
                "log-tail-cut",
                "the last segment cut 100 bytes in front of its last message's end, after a kill",
                "everything but that message",
                CutTailAsync
            ),
            new(
                "old-segment-left",
                "the first segment stays and the next three are gone, orderly restart",
                "no file grows, everything behind the gap is readable",
                OldSegmentAsync
            ),
        ];

    static async Task<(BrokerProcess Broker, Load Load)> FilledAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync(SmallFiles);
        load.Start();
        await load.GainAsync(12_000);
        await load.StopAsync();
        await scene.WaitAsync(4); // what is delayed has come
        return (broker, load);
    }

    static async Task FlipOldLogAsync(Scene scene)
    {
        var (broker, load) = await FilledAsync(scene);
        await broker.StopAsync();
        var segments = Files.In(broker.Store, "commitlog").Take(3).ToList();
        foreach (var _ in Enumerable.Range(0, 60))
            Files.Flip(segments[scene.Random.Next(segments.Count)], scene.Random, 0, 0.9);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        var (right, wrong, missing) = await ReadAroundAsync(client, load);
        scene.Figure("right", right);
        scene.Figure("missing", missing);
        Scene.Must(wrong.Count == 0, $"{wrong.Count} wrong bodies were delivered: {string.Join(", ", wrong.Take(2))}");
        Scene.Must(missing <= 200, $"{missing} messages are missing after 60 flipped bits");
        await scene.UntilAsync(() => Names(broker), TimeSpan.FromSeconds(20), "the log names the damage");
    }

    static async Task FlipNearEndAsync(Scene scene)
    {
        var (broker, load) = await FilledAsync(scene);
        await broker.StopAsync();
        var last = Files.In(broker.Store, "commitlog").Last(f => Files.UsedBytes(f) > 100_000);
        Files.FlipAt(last, (long)(Files.UsedBytes(last) * 0.6), 3);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        var (right, wrong, missing) = await ReadAroundAsync(client, load);
        scene.Figure("right", right);
        scene.Figure("missing", missing);
        Scene.Must(wrong.Count == 0, $"{wrong.Count} wrong bodies were delivered: {string.Join(", ", wrong.Take(2))}");
        Scene.Must(missing <= 3, $"one bit cost {missing} messages");
        for (var i = 0; i < 50; i++)
            (await client.SendAsync(Load.Normal, 0, $"after-{i}")).EnsureSuccess();
    }

    static async Task FlipQueuesAsync(Scene scene)
    {
        var (broker, load) = await FilledAsync(scene);
        await broker.StopAsync();
        var files = Files.In(broker.Store, "consumequeue").Where(f => Files.UsedBytes(f) > 1000).ToList();
        foreach (var _ in Enumerable.Range(0, 60))
            Files.Flip(files[scene.Random.Next(files.Count)], scene.Random, 0, 0.9);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        var (right, wrong, missing) = await ReadAroundAsync(client, load);
        scene.Figure("right", right);
        scene.Figure("missing", missing);
        Scene.Must(wrong.Count == 0, $"{wrong.Count} wrong bodies were delivered: {string.Join(", ", wrong.Take(2))}");
        Scene.Must(missing == 0, $"{missing} messages that the log has are not delivered");
    }

    /// <summary>An orderly stop, something is taken away, and a start that must have all.</summary>
    static async Task WithoutAsync(Scene scene, Action<string> takeAway)
    {
        var (broker, load) = await FilledAsync(scene);
        await broker.StopAsync();
        takeAway(broker.Store);
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load);
        load.Start();
        await load.GainAsync(500);
        await scene.VerdictAsync(load);
    }

    static void TruncateQueues(string store)
    {
        foreach (
            var queue in Directory.GetDirectories(Path.Combine(store, "consumequeue"), "*", SearchOption.AllDirectories)
        )
        {
            if (Directory.GetFiles(queue).Order(StringComparer.Ordinal).LastOrDefault() is { } last)
                Files.Truncate(last, (Files.UsedBytes(last) / 2 / 20 * 20) + 7);
        }
    }

    static void RuinIndex(string store)
    {
        foreach (var file in Files.In(store, "index"))
            Files.Overwrite(file, 0, 200_000, new Random(7));
        Files.Truncate(Path.Combine(store, "checkpoint"), 13);
    }

    static async Task StrayFileAsync(Scene scene)
    {
        const int end = 2_000;
        const int committed = 1_500;
        var broker = await scene.StartAsync(SmallFiles);
        await using (var client = await scene.ClientAsync())
        {
            await client.CreateTopicAsync("stray");
            for (var i = 0; i < end; i++)
                (await client.SendAsync("stray", 0, new byte[1_000])).EnsureSuccess();
            await client.CommitOffsetAsync("readers", "stray", 0, committed);
        }
        await broker.StopAsync();
        var files = Files.In(broker.Store, "consumequeue/stray/0").ToList();
        foreach (var file in files.SkipLast(3))
            File.Delete(file); // as retention does
        await File.WriteAllBytesAsync(files[0], []); // as a search that raced it left one of them
        await broker.StartAsync(scene.Ended);
        await using var again = await scene.ClientAsync();
        long now = await again.MaxAsync("stray", 0);
        var sent = (await again.SendAsync("stray", 0, "after")).EnsureSuccess().Long("queueOffset");
        Scene.Must(now == end, $"the queue ended at {end} and ends at {now} after the restart");
        Scene.Must(sent == end, $"the next message got offset {sent}, not {end}");
        var waiting = await again.PullAsync("stray", 0, committed, count: 200);
        Scene.Must(waiting.Messages.Count > 0, $"the group's waiting messages are answered {waiting.Code}");
    }

    static async Task CheckpointAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync(SmallFiles);
        load.Start();
        await load.GainAsync(5000);
        await broker.KillAsync();
        await load.StopAsync();
        var bytes = new byte[4096];
        scene.Random.NextBytes(bytes);
        await File.WriteAllBytesAsync(Path.Combine(broker.Store, "checkpoint"), bytes);
        await broker.StartAsync(scene.Ended);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task TailAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync(SmallFiles);
        load.Start();
        await load.GainAsync(5000);
        await broker.KillAsync();
        await load.StopAsync();
        var last = Files.In(broker.Store, "commitlog").Last(f => Files.UsedBytes(f) > 0);
        Files.Overwrite(last, Files.UsedBytes(last), 3000, scene.Random);
        await broker.StartAsync(scene.Ended);
        load.Start();
        await load.GainAsync(500);
        await scene.VerdictAsync(load, load.Acknowledged.Count / 4);
    }

    static async Task CutTailAsync(Scene scene)
    {
        var broker = await scene.StartAsync(SmallFiles);
        await using (var client = await scene.ClientAsync())
        {
            await client.CreateTopicAsync("cut");
            for (var i = 0; i < 500; i++)
                (await client.SendAsync("cut", 0, $"{i}-{new string('x', 400)}")).EnsureSuccess();
        }
        await broker.KillAsync();
        var last = Files.In(broker.Store, "commitlog").Last(f => Files.UsedBytes(f) > 0);
        Files.Truncate(last, Files.UsedBytes(last) - 100);
        await broker.StartAsync(scene.Ended);
        await using var reader = await scene.ClientAsync();
        var read = await reader.ReadAllAsync("cut", 0);
        scene.Figure("read", read.Count);
        Scene.Must(read.Count == 499 && read.TrueForAll(m => m.IsIntact), $"{read.Count} of 499 are there");
        var next = (await reader.SendAsync("cut", 0, "next")).EnsureSuccess().Long("queueOffset");
        Scene.Must(next == 499, $"the next message got offset {next}");
    }

    static async Task OldSegmentAsync(Scene scene)
    {
        var (broker, load) = await FilledAsync(scene);
        await broker.StopAsync();
        var segments = Files.In(broker.Store, "commitlog").ToList();
        foreach (var segment in segments.Skip(1).Take(3))
            File.Delete(segment);
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        var (right, wrong, missing) = await ReadAroundAsync(client, load);
        scene.Figure("right", right);
        scene.Figure("missing", missing);
        var grown = segments.Where(s => File.Exists(s) && new FileInfo(s).Length > 2 * 1048576).ToList();
        Scene.Must(grown.Count == 0, $"{Path.GetFileName(grown.FirstOrDefault())} grew");
        Scene.Must(wrong.Count == 0, $"{wrong.Count} wrong bodies: {wrong.FirstOrDefault()}");
        // Three segments of 1 MiB and what stood in front of them: at most so many messages of 450 bytes and more.
        Scene.Must(missing <= 4 * 1048576 / 450, $"{missing} messages are missing");
        long end = await client.MaxAsync(Load.Normal, 0);
        var next = (await client.SendAsync(Load.Normal, 0, "next")).EnsureSuccess().Long("queueOffset");
        Scene.Must(next == end, $"the queue ends at {end} and the next message got {next}");
    }

    /// <summary>Everything that can be read, past whatever is refused.</summary>
    static async Task<(int Right, List<string> Wrong, int Missing)> ReadAroundAsync(Client client, Load load)
    {
        var found = new HashSet<string>();
        var wrong = new List<string>();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            long max = await client.MaxAsync(Load.Normal, queue);
            for (long at = await client.MinAsync(Load.Normal, queue); at < max; )
            {
                var pulled = await client.PullAsync(Load.Normal, queue, at);
                foreach (var message in pulled.Messages)
                    Take(message, queue, load, found, wrong);
                at = Math.Max(pulled.Code == ResponseCode.Success ? pulled.Next : at + 1, at + 1);
            }
        }
        int sent = load.Acknowledged.Keys.Count(k => k.StartsWith(Load.Normal, StringComparison.Ordinal));
        return (found.Count, wrong, sent - found.Count);
    }

    static void Take(Received message, int queue, Load load, HashSet<string> found, List<string> wrong)
    {
        var body = message.Body.TrimEnd();
        bool isOurs =
            body.StartsWith($"{Load.Normal}-{queue}-", StringComparison.Ordinal)
            && load.Acknowledged.GetValueOrDefault(body, message.Offset) == message.Offset
            && message.Queue == queue;
        if (!isOurs || !message.IsIntact)
            wrong.Add($"{queue}@{message.Offset} '{body[..Math.Min(30, body.Length)]}'");
        else
            found.Add(body);
    }

    static bool Names(BrokerProcess broker) =>
        broker.Lines("damage").Count + broker.Lines("corrupt").Count + broker.Lines("checksum").Count > 0;
}
