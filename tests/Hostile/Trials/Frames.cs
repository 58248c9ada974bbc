using System.Text;
using System.Text.Json.Nodes;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Requests that are no requests, or that ask for what no client should get.</summary>
static class Frames
{
    const double ProbeSeconds = 8;

    public static IEnumerable<Trial> All =>
        [
            new(
                "bad-lengths",
                "frames with negative, zero, huge and contradicting lengths, 2,000 of them",
                "their connections end, others are served, memory stays",
                BadLengthsAsync
            ),
            new(
                "chance-frames",
                "20,000 frames of chance bytes and of real requests with flipped bits",
                "the broker answers or closes, others are served, nothing of it counts",
                ChanceAsync
            ),
            new(
                "deep-json",
                "headers and bodies of JSON nested 100,000 deep, and numbers of 100,000 digits",
                "the broker answers or closes, and lives",
                DeepJsonAsync
            ),
            new(
                "every-code-without-fields",
                "every request code with no fields, empty fields, and fields of 1 MB",
                "the broker answers each, others are served",
                EveryCodeAsync
            ),
            new(
                "batch-with-own-ids",
                "a batch whose header and entries carry different ids",
                "each message keeps its own id and is found by it",
                BatchIdsAsync
            ),
            new(
                "broken-batches",
                "batches with counts, lengths and properties that do not fit",
                "each is stored whole or refused whole",
                BrokenBatchesAsync
            ),
            new(
                "properties-that-lie",
                "sends with the broker's own properties: REAL_TOPIC, POP_CK, TRAN_MSG, delays of all kinds",
                "nothing lands in another topic, the broker lives and others are served",
                LyingPropertiesAsync
            ),
        ];

    static async Task BadLengthsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        int[] lengths = [int.MinValue, -1, 0, 1, 3, 4, 5, 100, 16 << 20, (16 << 20) + 1, int.MaxValue];
        int[] headers = [int.MinValue, -1, 0, 1, 99, 0xFFFFFF, 0x01FFFFFF, 0x02000010, 0x7F000004, int.MaxValue];
        for (var i = 0; i < 2000; i++)
        {
            using var connection = new RawConnection();
            connection.TrySend(
                RawConnection.Frame(
                    lengths[i % lengths.Length],
                    headers[i / lengths.Length % headers.Length],
                    """{"code":10,"extFields":{}}"""
                )
            );
            if (i % 5 == 0)
                connection.Reset();
        }
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.RssAnonMiB < 500, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
    }

    static async Task ChanceAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        byte[][] real =
        [
            RawConnection.Frame(RequestCode.SendMessageV2, Client.SendFields("probe", 0, "p", 0, []), new byte[50]),
            RawConnection.Frame(RequestCode.PullMessage, Client.PullFields("probe", 0, 0, "r", 32, 0)),
            RawConnection.Frame(RequestCode.HeartBeat, null, HeartbeatBodies.Consumer("c", "g", "probe")),
            RawConnection.Frame(RequestCode.LockBatchMq, null, "{\"consumerGroup\":\"g\",\"mqSet\":[]}"u8),
        ];
        var connections = Enumerable.Range(0, 20).Select(_ => new RawConnection()).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 4 == 0 ? new byte[scene.Random.Next(1, 300)] : (byte[])real[i % real.Length].Clone();
            if (i % 4 == 0)
                scene.Random.NextBytes(bytes);
            for (var flip = 0; flip < 1 + (i % 7); flip++)
                bytes[scene.Random.Next(bytes.Length)] ^= (byte)(1 << scene.Random.Next(8));
            if (!connections[i % 20].TrySend(bytes) || i % 50 == 49)
            {
                connections[i % 20].Dispose();
                connections[i % 20] = new RawConnection();
            }
        }
        connections.ForEach(c => c.Dispose());
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.IsAlive && broker.RssAnonMiB < 600, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }

    static async Task DeepJsonAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        string[] texts =
        [
            new string('[', 100_000),
            new string('{', 100_000),
            string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            "{\"code\":" + new string('9', 100_000) + "}",
            "{\"code\":34,\"extFields\":{\"" + new string('x', 200_000) + "\":\"1\"}}",
            "\"" + string.Concat(Enumerable.Repeat("\\u0000", 50_000)),
        ];
        foreach (var text in texts)
        {
            using var header = new RawConnection();
            header.TrySend(RawConnection.Frame(4 + text.Length, text.Length, text));
            foreach (var code in new[] { 34, 41, 200, 103, 100, 225, 18, 401 })
            {
                using var body = new RawConnection();
                body.TrySend(RawConnection.Frame(code, null, Encoding.UTF8.GetBytes(text)));
                using var nameServer = new RawConnection(9876);
                nameServer.TrySend(RawConnection.Frame(code, null, Encoding.UTF8.GetBytes(text)));
            }
        }
        await scene.WaitAsync(3);
        Scene.Must(broker.IsAlive, $"the broker ended: {broker.LastLines(2)}");
        probe.MustBeServed(ProbeSeconds);
        await scene.VerdictAsync(load);
    }

    static async Task EveryCodeAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        string[] names = ["topic", "consumerGroup", "group", "queueId", "offset", "body", "a", "b", "e", "i"];
        var silent = new List<int>();
        foreach (var code in Enum.GetValues<RequestCode>())
        {
            await using var client = await scene.ClientAsync();
            client.Patience = TimeSpan.FromSeconds(40); // NOTIFICATION and pulls may be held for a while
            foreach (var value in new[] { null, "", "-1", new string('z', 1_000_000 / names.Length) })
            {
                var fields = new Broker.Protocol.Headers.FieldList();
                foreach (var name in names)
                    fields.Add(name, value);
                try
                {
                    await client.CallAsync(code, fields);
                }
                catch (IOException)
                {
                    break; // a closed connection is an answer, too
                }
                catch (TimeoutException)
                {
                    silent.Add((int)code);
                    break;
                }
            }
        }
        Scene.Must(broker.IsAlive, $"the broker ended: {broker.LastLines(2)}");
        Scene.Must(silent.Count == 0, $"no answer to {string.Join(", ", silent)}");
        probe.MustBeServed(ProbeSeconds, 5);
        await scene.VerdictAsync(load);
    }

    static async Task BatchIdsAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("batch");
        var fields = Client.SendFields("batch", 0, "producers", 0, [("UNIQ_KEY", "HEADER")]);
        var body = Batches.Body(3, i => $"UNIQ_KEY\u0001ID{i}\u0002KEYS\u0001key{i}\u0002");
        (await client.CallAsync(RequestCode.SendBatchMessage, fields, body)).EnsureSuccess();
        var read = await client.ReadAllAsync("batch", 0);
        var ids = read.Select(m => m.Properties.GetValueOrDefault("UNIQ_KEY")).ToList();
        Scene.Must(ids is ["ID0", "ID1", "ID2"], $"the messages' ids are {string.Join(", ", ids)}");
    }

    static async Task BrokenBatchesAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("batch");
        var good = Batches.Body(20, i => $"TAGS\u0001t{i}\u0002");
        long stored = 0;
        for (var i = 0; i < 2000; i++)
        {
            var bytes = (byte[])good.Clone();
            bytes[scene.Random.Next(bytes.Length)] ^= (byte)(1 << scene.Random.Next(8));
            var cut = i % 3 == 0 ? scene.Random.Next(bytes.Length) : bytes.Length;
            var answer = await client.CallAsync(
                RequestCode.SendBatchMessage,
                Client.SendFields("batch", 0, "producers", 0, []),
                bytes.AsMemory(0, cut)
            );
            long end = await client.MaxAsync("batch", 0);
            bool isRight = answer.Code == ResponseCode.Success ? end > stored : end == stored;
            Scene.Must(isRight, $"answered {answer.Code}, and {end - stored} messages were stored");
            stored = end;
        }
        scene.Figure("stored", stored);
        Scene.Must((await client.ReadAllAsync("batch", 0)).Count == stored, "not everything can be read");
    }

    static async Task LyingPropertiesAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("liar");
        await client.CreateTopicAsync("victim");
        string[] values = ["", "-1", "99999999999999999999", "victim", "0 0 0 0 0 0 0", "2147483647", "\t", "{}"];
        string[] names =
        [
            "REAL_TOPIC",
            "REAL_QID",
            "POP_CK",
            "1ST_POP_TIME",
            "TRAN_MSG",
            "__transactionId__",
            "DELAY",
            "TIMER_DELAY_SEC",
            "TIMER_DELAY_MS",
            "TIMER_DELIVER_MS",
            "TIMER_OUT_MS",
            "TIMER_ENQUEUE_MS",
            "TIMER_ROLL_TIMES",
            "TIMER_DEL_UNIQKEY",
            "RETRY_TOPIC",
            "DELAY_LEVEL",
            "MSG_TYPE",
            "INNER_NUM",
            "INNER_BASE",
            "KEYS",
            "TAGS",
            "UNIQ_KEY",
            "SHARDING_KEY",
        ];
        foreach (var name in names)
        {
            foreach (var value in values)
            {
                await client.SendAsync("liar", 0, "lie", (name, value), ("REAL_TOPIC", "victim"), ("REAL_QID", "0"));
            }
        }
        await scene.WaitAsync(5);
        Scene.Must(await client.MaxAsync("victim", 0) == 0, "a property brought a message into another topic");
        probe.MustBeServed(ProbeSeconds);
        Scene.Must(broker.IsAlive, "the broker ended");
        await scene.VerdictAsync(load);
        await scene.RestartAsync(broker);
        await scene.VerdictAsync(load);
    }
}
