using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>The small files of a broker's state have a wrong shape, are empty, or are cut in half.</summary>
static class StateFiles
{
    public static IEnumerable<Trial> All =>
        [
            Wrong("offsets-bare-word", "consumerOffset.json", "garbage"),
            Wrong("offsets-array", "consumerOffset.json", "[1,2]"),
            Wrong("offsets-wrong-table", "consumerOffset.json", """{"offsetTable":[]}"""),
            Wrong("offsets-half", "consumerOffset.json", """{"offsetTable":{"normal@readers":{0:1"""),
            Wrong("offsets-empty", "consumerOffset.json", ""),
            Wrong("topics-array", "topics.json", "[1,2]"),
            Wrong("topics-wrong-table", "topics.json", """{"topicConfigTable":[]}"""),
            new(
                "state-files-both-empty",
                "consumerOffset.json and its backup are empty",
                "the start is refused or says which file is damaged",
                BothEmptyAsync
            ),
            new(
                "delay-positions-garbage",
                "delayOffset.json and its backup are garbage, delayed messages wait",
                "delayed messages come, once more at most",
                DelayGarbageAsync
            ),
        ];

    static Trial Wrong(string name, string file, string content) =>
        new(
            name,
            $"{file} is `{content}`, its backup is good",
            "the backup is used, the log names the file, topics and positions stay, also after two writes",
            scene => BackupAsync(scene, file, content)
        );

    static async Task BackupAsync(Scene scene, string file, string content)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await load.GainAsync(2000);
        await load.StopAsync();
        await CommitAsync(scene, 100);
        await scene.RestartAsync(broker); // writes the file
        await using (var client = await scene.ClientAsync())
            await client.CreateTopicAsync("another"); // so that the file has a backup with all that counts
        await CommitAsync(scene, 100);
        await broker.StopAsync();
        var path = Path.Combine(broker.Store, "config", file);
        Scene.Must(File.Exists(path), $"{path} does not exist");
        File.Copy(path, path + ".bak", overwrite: true);
        await File.WriteAllTextAsync(path, content);
        await broker.StartAsync(scene.Ended);
        await using (var client = await scene.ClientAsync())
            await MustKnowAsync(client, "after the start");
        Scene.Must(broker.Lines(file).Count > 0, $"the log does not name {file}");
        for (var i = 0; i < 2; i++)
        {
            await using (var client = await scene.ClientAsync())
            {
                await client.CommitOffsetAsync("poppers", Load.Normal, 0, 1 + i);
                await client.CreateTopicAsync($"more-{i}");
            }
            await scene.RestartAsync(broker);
        }
        await using (var client = await scene.ClientAsync())
            await MustKnowAsync(client, "after two more writes");
        await scene.VerdictAsync(load);
    }

    static async Task CommitAsync(Scene scene, long offset)
    {
        await using var client = await scene.ClientAsync();
        for (var queue = 0; queue < Load.NormalQueues; queue++)
            await client.CommitOffsetAsync("readers", Load.Normal, queue, offset + queue);
    }

    static async Task MustKnowAsync(Client client, string when)
    {
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            long position = await client.OffsetAsync("readers", Load.Normal, queue);
            Scene.Must(position == 100 + queue, $"{when} the group stands at {position} and not at {100 + queue}");
        }
        var topic = await client.CallAsync(RequestCode.GetTopicConfig, new() { { "topic", Load.Normal } });
        Scene.Must(topic.Code == ResponseCode.Success, $"{when} topic {Load.Normal} is unknown: {topic.Remark}");
    }

    static async Task BothEmptyAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await load.GainAsync(1000);
        await load.StopAsync();
        await CommitAsync(scene, 100);
        await broker.StopAsync();
        var path = Path.Combine(broker.Store, "config", "consumerOffset.json");
        await File.WriteAllTextAsync(path, "");
        await File.WriteAllTextAsync(path + ".bak", "");
        broker.Launch();
        await scene.UntilAsync(
            () => !broker.IsAlive || broker.Lines("ready: broker").Count > 1,
            TimeSpan.FromSeconds(60),
            "it is ready or it has ended"
        );
        Scene.Must(broker.Lines("consumerOffset.json").Count > 0, "no line names the empty file");
        scene.Figure("start", broker.IsAlive ? "goes on" : $"refused with {broker.ExitCode}");
    }

    static async Task DelayGarbageAsync(Scene scene)
    {
        const int messages = 300;
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
        {
            await Load.CreateTopicsAsync(client);
            for (var i = 0; i < messages; i++)
                (await client.SendAsync(Load.Delayed, 0, $"d-{i}", ("DELAY", i % 2 == 0 ? "1" : "3"))).EnsureSuccess();
            await scene.WaitAsync(7);
        }
        await broker.StopAsync();
        var path = Path.Combine(broker.Store, "config", "delayOffset.json");
        foreach (var file in new[] { path, path + ".bak" })
            await File.WriteAllTextAsync(file, "garbage");
        broker.Launch();
        await scene.UntilAsync(
            () => !broker.IsAlive || broker.Lines("ready: broker").Count > 1,
            null,
            "ready or ended"
        );
        Scene.Must(broker.Lines("delayOffset.json").Count > 0, "no line names the damaged file");
        if (!broker.IsAlive)
        {
            scene.Figure("start", $"refused with {broker.ExitCode}");
            return;
        }
        await scene.WaitAsync(10);
        await using var reader = await scene.ClientAsync();
        var read = await reader.ReadAllAsync(Load.Delayed, 0);
        int distinct = read.Select(m => m.Body).Distinct().Count();
        scene.Figure("distinct", distinct);
        scene.Figure("copies", read.Count);
        Scene.Must(distinct == messages, $"{messages - distinct} delayed messages are lost");
        Scene.Must(read.Count <= 2 * messages, $"{messages} delayed messages came {read.Count} times");
    }
}
