using System.Text;
using System.Text.Json.Nodes;
using Broker.Protocol;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Consumers of a group misbehave, or the broker stops between them.</summary>
static class Groups
{
    public static IEnumerable<Trial> All =>
        [
            new(
                "pop-and-kill",
                "pops acknowledged and not, SIGKILL 4 times",
                "none is lost; what was acknowledged comes again once per kill at most",
                PopKillAsync
            ),
            new(
                "two-groups-one-retry-name",
                "group a pops topic b_c, group a_b pops topic c, neither acknowledges",
                "each gets its own messages again",
                RetryNamesAsync
            ),
            new(
                "locks-over-a-restart",
                "a member holds a queue's lock, the broker restarts or is killed, another asks first",
                "the newcomer waits until the holder spoke or its time is over",
                LocksAsync
            ),
            new(
                "ordered-message-given-up",
                "a group that holds a queue lock sends a message back at its limit",
                "it is a dead letter at once and not tried again",
                GivenUpAsync
            ),
            new(
                "size-limit-lowered",
                "maxMessageSize lowered while delayed, timed, popped and half messages of 2 MB wait",
                "each comes when it is due",
                SizeLimitAsync
            ),
            new(
                "heartbeats-of-10000-members",
                "10,000 members of 500 groups on 50 connections, cut at once",
                "others are served, memory comes back to bounds",
                MembersAsync
            ),
        ];

    static async Task PopKillAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
            await Load.CreateTopicsAsync(client);
        var load = scene.Own(new Load(scene) { OnlyNormal = true, NormalPace = TimeSpan.FromMilliseconds(3) });
        load.Start();
        var acknowledged = new HashSet<string>();
        var afterwards = new List<string>();
        for (var round = 0; round < 4; round++)
        {
            await using (var client = await scene.ClientAsync())
            {
                for (var i = 0; i < 60; i++)
                    await PopSomeAsync(client, acknowledged, afterwards, leaveEvery: 5);
            }
            await scene.WaitAsync(1);
            await broker.KillAsync();
            await broker.StartAsync(scene.Ended);
        }
        await load.StopAsync();
        var got = new HashSet<string>(acknowledged);
        await using var last = await scene.ClientAsync();
        await scene.UntilAsync(
            async () =>
            {
                await PopSomeAsync(last, got, afterwards, leaveEvery: int.MaxValue);
                return load.Acknowledged.Keys.All(got.Contains);
            },
            TimeSpan.FromSeconds(90),
            "every message is popped"
        );
        int twice = afterwards.Count(acknowledged.Contains);
        scene.Figure("acked", load.Acknowledged.Count);
        scene.Figure("popped", got.Count);
        scene.Figure("again after their ack", twice);
        // An acknowledgement is in memory for up to popCkStayBufferTime before it is stored, as Apache's is.
        Scene.Must(twice <= 4 * got.Count, $"{twice} of {got.Count} came again after they were acknowledged");
    }

    static async Task PopSomeAsync(Client client, HashSet<string> acknowledged, List<string> again, int leaveEvery)
    {
        var popped = await client.PopAsync(Load.Normal, "poppers", 5000, pollMs: 100);
        for (var i = 0; i < popped.Count; i++)
        {
            var body = popped[i].Body.TrimEnd();
            if (acknowledged.Contains(body))
                again.Add(body);
            if (i % leaveEvery == leaveEvery - 1)
                continue;
            if (await client.AckAsync(popped[i], Load.Normal, "poppers"))
                acknowledged.Add(body);
        }
    }

    static async Task RetryNamesAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        (string Group, string Topic)[] pairs = [("a", "b_c"), ("a_b", "c")];
        foreach (var (group, topic) in pairs)
        {
            await client.CreateTopicAsync(topic);
            await client.CreateGroupAsync(group);
            for (var i = 0; i < 5; i++)
                await client.SendAsync(topic, 0, $"for {group} {i}");
        }
        foreach (var (group, topic) in pairs)
            Scene.Must((await client.PopAsync(topic, group, 2000, 5)).Count == 5, $"{group} pops 5 of {topic}");
        await scene.WaitAsync(6);
        foreach (var (group, topic) in pairs)
        {
            var again = new List<string>();
            await scene.UntilAsync(
                async () =>
                {
                    again.AddRange((await client.PopAsync(topic, group, 60_000)).Select(m => m.Body));
                    return again.Count >= 5;
                },
                TimeSpan.FromSeconds(20),
                $"{group} gets its 5 messages again, not {again.Count}"
            );
            var foreign = again.Where(b => !b.StartsWith($"for {group} ", StringComparison.Ordinal)).ToList();
            Scene.Must(foreign.Count == 0, $"{group} got '{foreign.FirstOrDefault()}'");
        }
    }

    static async Task LocksAsync(Scene scene)
    {
        var broker = await scene.StartAsync();
        await using (var client = await scene.ClientAsync())
        {
            await Load.CreateTopicsAsync(client);
            await client.HeartbeatAsync("A", "readers", Load.Normal);
            await client.HeartbeatAsync("B", "readers", Load.Normal);
            Scene.Must(await LockAsync(client, "A"), "A does not get the lock of a free queue");
        }
        foreach (var kill in new[] { false, true })
        {
            if (kill)
                await broker.KillAsync();
            else
                await broker.StopAsync();
            await broker.StartAsync(scene.Ended);
            await using var client = await scene.ClientAsync();
            bool newcomer = await LockAsync(client, "B");
            bool holder = await LockAsync(client, "A");
            Scene.Must(!newcomer, $"after a {(kill ? "kill" : "stop")} B got the lock that A still believes to hold");
            Scene.Must(holder, "A does not get its lock back");
        }
    }

    static async Task<bool> LockAsync(Client client, string member)
    {
        var body = new JsonObject
        {
            ["consumerGroup"] = "readers",
            ["clientId"] = member,
            ["mqSet"] = new JsonArray(
                new JsonObject
                {
                    ["topic"] = Load.Normal,
                    ["brokerName"] = Client.BrokerName,
                    ["queueId"] = 0,
                }
            ),
        };
        var answer = await client.CallAsync(RequestCode.LockBatchMq, null, Encoding.UTF8.GetBytes(body.ToJsonString()));
        return JsonNode.Parse(answer.EnsureSuccess().Body.Span)!["lockOKMQSet"] is JsonArray { Count: > 0 };
    }

    static async Task GivenUpAsync(Scene scene)
    {
        await scene.StartAsync();
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        await client.HeartbeatAsync("A", "readers", Load.Normal);
        Scene.Must(await LockAsync(client, "A"), "A does not get the lock");
        // As clients of 4.9.8 do after the last try: a send to the retry topic with the count that equals the limit.
        var fields = Client.SendFields(
            "%RETRY%readers",
            0,
            "CLIENT_INNER_PRODUCER",
            0,
            [
                ("RETRY_TOPIC", Load.Normal),
                ("RECONSUME_TIME", "3"),
                ("MAX_RECONSUME_TIMES", "3"),
                ("DELAY", "6"),
                ("UNIQ_KEY", "bad"),
            ],
            reconsumeTimes: 3,
            maxReconsumeTimes: 3
        );
        (await client.CallAsync(RequestCode.SendMessageV2, fields, "bad"u8.ToArray())).EnsureSuccess();
        await scene.UntilAsync(
            async () => await HasAsync(client, "%DLQ%readers"),
            TimeSpan.FromSeconds(20),
            "the message is a dead letter"
        );
        Scene.Must(!await HasAsync(client, "%RETRY%readers"), "the message is tried again");
    }

    static async Task<bool> HasAsync(Client client, string topic)
    {
        var answer = await client.CallAsync(RequestCode.GetMaxOffset, Client.Queue(topic, 0));
        return answer.Code == ResponseCode.Success && answer.Long("offset") > 0;
    }

    static async Task SizeLimitAsync(Scene scene)
    {
        await scene.StartAsync("transactionTimeOut=60000");
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        var large = new string('x', 2_000_000);
        (await client.SendAsync(Load.Delayed, 0, large, ("DELAY", "2"))).EnsureSuccess();
        (await client.SendAsync(Load.Timed, 0, large, ("TIMER_DELAY_MS", "6000"))).EnsureSuccess();
        (await client.SendAsync(Load.Normal, 0, large)).EnsureSuccess();
        var half = await client.SendAsync(
            Load.Transactions,
            0,
            Encoding.UTF8.GetBytes(large),
            "transactors",
            4,
            ("TRAN_MSG", "true"),
            ("PGROUP", "transactors")
        );
        half.EnsureSuccess();
        Scene.Must((await client.PopAsync(Load.Normal, "poppers", 2000)).Count == 1, "the large message is popped");
        (await client.ConfigureAsync("maxMessageSize", "1048576")).EnsureSuccess();
        var late = await client.SendAsync(Load.Normal, 1, large);
        Scene.Must(late.Code != ResponseCode.Success, "a send above the new limit was taken");
        Scene.Must(
            await client.EndAsync(half, commit: true) == ResponseCode.Success,
            "the half message is not committed"
        );
        foreach (var topic in new[] { Load.Delayed, Load.Timed, Load.Transactions })
            await scene.UntilAsync(
                async () => await client.MaxAsync(topic, 0) == 1,
                TimeSpan.FromSeconds(30),
                $"the large message of {topic} comes"
            );
        await scene.UntilAsync(
            async () => (await client.PopAsync(Load.Normal, "poppers", 2000)).Count == 1,
            TimeSpan.FromSeconds(30),
            "the popped message comes again"
        );
    }

    static async Task MembersAsync(Scene scene)
    {
        var (broker, load) = await scene.LoadedAsync();
        load.Start();
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        await scene.WaitAsync(2);
        long before = broker.RssAnonMiB;
        var connections = new List<RawConnection>();
        for (var i = 0; i < 50; i++)
        {
            var connection = new RawConnection();
            connections.Add(connection);
            _ = connection.DrainAsync(scene.Ended);
            for (var member = 0; member < 200; member++)
                connection.TrySend(
                    RawConnection.Frame(
                        RequestCode.HeartBeat,
                        null,
                        HeartbeatBodies.Consumer($"m-{i}-{member}", $"crowd-{member * 50 % 500}", Load.Normal)
                    )
                );
        }
        await scene.WaitAsync(10);
        scene.Figure("grew MiB", broker.RssAnonMiB - before);
        connections.ForEach(c => c.Reset());
        await scene.WaitAsync(5);
        probe.MustBeServed(8);
        Scene.Must(broker.RssAnonMiB < 600, $"memory is {broker.RssAnonMiB} MiB");
        await scene.VerdictAsync(load);
    }
}
