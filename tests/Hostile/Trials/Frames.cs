using System.Text;
using System.Text.Json.Nodes;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Requests that are no requests, or that ask for what no client should get.</summary>
static class Frames
{
    const double ProbeSeconds = 8;

    const string ReviveLog = "rmq_sys_REVIVE_LOG_DefaultCluster";

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
                "pull-of-everything",
                "pulls for 2^31-1 messages with a filter that nothing passes, over 400,000 messages, on 20 connections",
                "others are served meanwhile, a pull ends soon",
                PullEverythingAsync
            ),
            new(
                "oneway-replies",
                "one-way replies of 16 MiB to a client that confirms none, from 4 connections",
                "memory stays bounded, others are served",
                OneWayRepliesAsync
            ),
            new(
                "oneway-sends",
                "one-way sends of 3 MB at full speed from 8 connections",
                "memory stays bounded, others are served",
                OneWaySendsAsync
            ),
            new(
                "revive-log-forged",
                "a client writes acknowledgements of somebody else's pops into the revive log",
                "the write is refused or counts for nothing: the popped messages come again",
                ReviveLogAsync
            ),
            new(
                "system-topics-written",
                "a client sends to every system topic that the broker lists",
                "those that the broker alone writes are refused",
                SystemTopicsAsync
            ),
            new(
                "commit-beyond-end",
                "a client commits positions beyond the end, negative ones, and for queues that do not exist",
                "the group gets what is sent afterwards, other queues have no positions",
                CommitBeyondAsync
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

    static async Task PullEverythingAsync(Scene scene)
    {
        var broker = await scene.StartAsync("enablePropertyFilter=true");
        await using var client = await scene.ClientAsync();
        await client.CreateTopicAsync("many");
        await Batches.FillAsync(client, "many", 400_000);
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(1);
        probe.Reset();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(TimeSpan.FromSeconds(20));
        long most = 0;
        var hostile = Enumerable
            .Range(0, 20)
            .Select(async i =>
            {
                await using var greedy = await scene.ClientAsync();
                greedy.Patience = TimeSpan.FromMinutes(2);
                while (!end.IsCancellationRequested)
                {
                    var answer = await greedy.CallAsync(
                        RequestCode.PullMessage,
                        i % 2 == 0
                            ? Client.PullFields("many", 0, 0, "greedy", int.MaxValue, 0, "nothing")
                            : Client.PullFields("many", 0, 0, "greedy", int.MaxValue, 0, "k = 'nothing'", "SQL92")
                    );
                    most = Math.Max(most, answer.Long("nextBeginOffset"));
                }
            });
        await Task.WhenAll(hostile);
        scene.Figure("entries in one pull", most);
        probe.MustBeServed(3);
        Scene.Must(most < 200_000, $"one pull walked over {most} entries");
        Scene.Must(broker.IsAlive, "the broker ended");
    }

    static async Task OneWayRepliesAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        using var requester = new RawConnection();
        requester.TrySend(
            RawConnection.Frame(RequestCode.HeartBeat, null, HeartbeatBodies.Consumer("requester", null))
        );
        _ = requester.DrainAsync(scene.Ended);
        var fields = Client.SendFields(
            "DefaultCluster_REPLY_TOPIC",
            0,
            "producers",
            0,
            [("MSG_TYPE", "reply"), ("CORRELATION_ID", "1"), ("REPLY_TO_CLIENT", "requester"), ("TTL", "3000")]
        );
        var frame = RawConnection.Frame(325, fields, new byte[(16 << 20) - 2000], oneWay: true);
        await AttackAsync(scene, broker, frame, 4, probe);
        await scene.VerdictAsync(load);
    }

    static async Task OneWaySendsAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var fields = Client.SendFields("probe", 0, "producers", 0, []);
        var frame = RawConnection.Frame(310, fields, new byte[3_000_000], oneWay: true);
        await AttackAsync(scene, broker, frame, 8, probe);
        await scene.VerdictAsync(load);
    }

    static async Task AttackAsync(Scene scene, Brokers.BrokerProcess broker, byte[] frame, int connections, Probe probe)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(TimeSpan.FromSeconds(15));
        long sent = 0;
        long most = 0;
        var attack = Enumerable
            .Range(0, connections)
            .Select(async _ =>
            {
                while (!end.IsCancellationRequested && Interlocked.Read(ref sent) < 8L << 30 && broker.IsAlive)
                {
                    using var connection = new RawConnection();
                    while (await connection.TrySendAsync(frame, end.Token))
                        Interlocked.Add(ref sent, frame.Length);
                }
            });
        var all = Task.WhenAll(attack);
        while (!all.IsCompleted && broker.IsAlive)
        {
            most = Math.Max(most, broker.RssAnonMiB);
            Scene.Must(most < 1500, $"memory is {most} MiB after {Interlocked.Read(ref sent) >> 20} MiB");
            await Task.WhenAny(all, Task.Delay(100));
        }
        scene.Figure("sent MiB", sent >> 20);
        scene.Figure("most RssAnon MiB", most);
        Scene.Must(broker.IsAlive, "the broker ended");
        probe.MustBeServed(10, 5);
    }

    static async Task ReviveLogAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        for (var i = 0; i < 10; i++)
            await client.SendAsync(Load.Timed, 0, $"m-{i}");
        var popped = await client.PopAsync(Load.Timed, "poppers", 8000, 10);
        Scene.Must(popped.Count == 10, $"popped {popped.Count} of 10");
        var popTime = popped[0].Properties["POP_CK"].Split(' ')[1];
        var forged = new JsonObject
        {
            ["ao"] = -1,
            ["aol"] = new JsonArray([.. Enumerable.Range(0, 10).Select(i => (JsonNode)i)]),
            ["bn"] = Client.BrokerName,
            ["c"] = "poppers",
            ["pt"] = long.Parse(popTime),
            ["q"] = 0,
            ["so"] = 0,
            ["t"] = Load.Timed,
        };
        var codes = new HashSet<ResponseCode>();
        for (var queue = 0; queue < 8; queue++)
            codes.Add((await client.SendAsync(ReviveLog, queue, forged.ToJsonString(), ("TAGS", "bAck"))).Code);
        scene.Figure("answers", string.Join("/", codes));
        int again = 0;
        await scene.UntilAsync(
            async () => (again += (await client.PopAsync(Load.Timed, "poppers", 60_000, 10)).Count) >= 10,
            TimeSpan.FromSeconds(40),
            $"the 10 popped messages come again after their invisible time; {codes.First()}"
        );
        Scene.Must(!codes.Contains(ResponseCode.Success), "a client wrote into the revive log");
    }

    static async Task SystemTopicsAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        var answer = (await client.CallAsync(RequestCode.GetAllTopicConfig)).EnsureSuccess();
        var table = JsonNode.Parse(answer.Body.Span)!["topicConfigTable"]!.AsObject();
        string[] own = ["rmq_sys_REVIVE_LOG", "RMQ_SYS_TRANS", "SCHEDULE_TOPIC", "rmq_sys_wheel_timer", "OFFSET_MOVED"];
        var taken = new List<string>();
        foreach (var (topic, _) in table)
        {
            bool isOwn = own.Any(o => topic.StartsWith(o, StringComparison.OrdinalIgnoreCase));
            var code = (await client.SendAsync(topic, 0, "from a client")).Code;
            if (isOwn && code == ResponseCode.Success)
                taken.Add(topic);
        }
        Scene.Must(taken.Count == 0, $"a client may write into {string.Join(", ", taken)}");
    }

    static async Task CommitBeyondAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        await client.SendAsync(Load.Timed, 0, "first");
        foreach (var offset in new[] { long.MaxValue, 1_000_000, -5 })
            await client.CommitOffsetAsync("readers", Load.Timed, 0, offset);
        long position = await client.OffsetAsync("readers", Load.Timed, 0);
        Scene.Must(position <= 1, $"the group stands at {position} of a queue with one message");
        long before = broker.RssAnonMiB;
        for (var group = 0; group < 100; group++)
        {
            await client.CreateGroupAsync($"wide-{group}");
            foreach (var queue in new[] { 65_535, 1_000_000, int.MaxValue, -1 })
            {
                foreach (var topic in Load.Topics)
                    await client.CommitOffsetAsync($"wide-{group}", topic, queue, 1);
            }
        }
        long grew = broker.RssAnonMiB - before;
        scene.Figure("grew MiB", grew);
        Scene.Must(grew < 60, $"1,600 commits for queues that do not exist took {grew} MiB");
        await scene.RestartAsync(broker);
        Scene.Must(broker.RssAnonMiB < 300, $"memory is {broker.RssAnonMiB} MiB after a restart");
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
