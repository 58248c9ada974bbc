using System.Text.Json.Nodes;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Well-formed requests for what no client should get, or for far more than its share.</summary>
static class Overreach
{
    /// <summary>Requests in flight and receive buffers have 256 MiB each; the rest is what a broker needs.</summary>
    const int MostMiB = 800;

    /// <summary>What is taken is stored: an attack must not fill the machine's disk.</summary>
    const long MostSentBytes = 3L << 30;

    const string ReviveLog = "rmq_sys_REVIVE_LOG_DefaultCluster";

    public static IEnumerable<Trial> All =>
        [
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
                "a client commits positions beyond the end and negative ones",
                "the group stands within the queue",
                CommitBeyondAsync
            ),
            new(
                "commits-for-no-queue",
                "a client commits positions of queues up to 2^31-1 of topics that have one, for 100 groups",
                "memory stays, also after a restart",
                CommitNowhereAsync
            ),
        ];

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
                while (!end.IsCancellationRequested && Interlocked.Read(ref sent) < MostSentBytes && broker.IsAlive)
                {
                    using var connection = new RawConnection();
                    while (
                        Interlocked.Read(ref sent) < MostSentBytes && await connection.TrySendAsync(frame, end.Token)
                    )
                        Interlocked.Add(ref sent, frame.Length);
                }
            });
        var all = Task.WhenAll(attack);
        while (!all.IsCompleted && broker.IsAlive)
        {
            most = Math.Max(most, broker.RssAnonMiB);
            Scene.Must(most < MostMiB, $"memory is {most} MiB after {Interlocked.Read(ref sent) >> 20} MiB");
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
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        await client.SendAsync(Load.Timed, 0, "first");
        foreach (var offset in new[] { long.MaxValue, 1_000_000, -5 })
            await client.CommitOffsetAsync("readers", Load.Timed, 0, offset);
        long position = await client.OffsetAsync("readers", Load.Timed, 0);
        Scene.Must(position <= 1, $"the group stands at {position} of a queue with one message");
    }

    static async Task CommitNowhereAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
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
}
