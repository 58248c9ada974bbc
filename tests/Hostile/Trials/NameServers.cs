using System.Text;
using System.Text.Json.Nodes;
using Broker.Protocol;
using Hostile.Brokers;
using Hostile.Clients;

namespace Hostile.Trials;

/// <summary>Name servers are killed, frozen, flooded and lied to, with a broker of its own process.</summary>
static class NameServers
{
    const int Port = 9876;

    public static IEnumerable<Trial> All =>
        [
            new(
                "name-server-killed",
                "the name server is killed 5 times while the broker registers and makes topics",
                "the broker serves all the time, every route is there after each start",
                KilledAsync
            ),
            new(
                "name-server-frozen",
                "the name server stands still for 20 s while topics are made",
                "the broker serves its clients meanwhile, routes are there afterwards",
                FrozenAsync
            ),
            new(
                "broker-frozen",
                "the broker stands still for 20 s, so that its name server misses it",
                "routes are back soon after it goes on",
                BrokerFrozenAsync
            ),
            new(
                "registrations-of-garbage",
                "registrations with bodies that are none, and of 2,000 brokers that do not exist",
                "bad ones are refused and change nothing, the real broker's route stays, memory is bounded",
                GarbageAsync
            ),
            new(
                "route-queries-by-thousands",
                "50 connections ask for routes as fast as they can, of topics that exist and not, for 15 s",
                "another client's route queries are answered",
                QueriesAsync
            ),
            new(
                "name-server-half-frames",
                "200 connections to the name server announce 16 MiB each and send single bytes",
                "memory stays bounded, routes are answered, the broker stays registered",
                HalfFramesAsync
            ),
        ];

    static async Task<(BrokerProcess NameServer, BrokerProcess Broker)> StartAsync(Scene scene)
    {
        var nameServer = scene.Own(
            new BrokerProcess(scene.Program, scene.Folder, "nameserver", Path.Combine(scene.Folder, "nameserver"))
            {
                Port = Port,
                Arguments = ["nameserver", "--config", Config(scene, "nameserver.conf", "listenPort=9876")],
            }
        );
        await nameServer.StartAsync(scene.Ended);
        var data = Path.Combine(scene.Folder, "broker");
        var settings = $"""
            brokerName=broker-a
            brokerIP1=127.0.0.1
            listenPort={Client.BrokerPort}
            namesrvAddr=127.0.0.1:{Port}
            storePathRootDir={data}/store
            registerNameServerPeriod=10000
            mappedFileSizeCommitLog=67108864
            """;
        var broker = scene.Own(
            new BrokerProcess(scene.Program, scene.Folder, "broker", data)
            {
                Arguments = ["broker", "--config", Config(scene, "broker.conf", settings), "--http-port", "0"],
            }
        );
        await broker.StartAsync(scene.Ended);
        await using var client = await scene.ClientAsync();
        await Load.CreateTopicsAsync(client);
        return (nameServer, broker);
    }

    static string Config(Scene scene, string name, string content)
    {
        var path = Path.Combine(scene.Folder, name);
        File.WriteAllText(path, content + "\n");
        return path;
    }

    static async Task<bool> HasRouteAsync(Scene scene, string topic)
    {
        try
        {
            await using var client = await scene.ClientAsync(Port);
            client.Patience = TimeSpan.FromSeconds(5);
            var answer = await client.CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", topic } });
            return answer.Code == ResponseCode.Success
                && Encoding.UTF8.GetString(answer.Body.Span).Contains("127.0.0.1:10911", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            return false;
        }
    }

    static Task MustRouteAsync(Scene scene, string topic) =>
        scene.UntilAsync(() => HasRouteAsync(scene, topic), TimeSpan.FromSeconds(60), $"a route of {topic}");

    static async Task KilledAsync(Scene scene)
    {
        var (nameServer, _) = await StartAsync(scene);
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var load = scene.Own(new Load(scene));
        load.Start();
        await using var client = await scene.ClientAsync();
        for (var round = 0; round < 5; round++)
        {
            var creations = Enumerable.Range(0, 5).Select(i => client.CreateTopicAsync($"t-{round}-{i}"));
            var all = Task.WhenAll(creations);
            await nameServer.KillAsync();
            await all;
            await scene.WaitAsync(2);
            await nameServer.StartAsync(scene.Ended);
            await MustRouteAsync(scene, Load.Normal);
            await MustRouteAsync(scene, $"t-{round}-4");
        }
        probe.MustBeServed(8);
        await scene.VerdictAsync(load);
    }

    static async Task FrozenAsync(Scene scene)
    {
        var (nameServer, _) = await StartAsync(scene);
        await using var probe = scene.Own(new Probe(scene));
        await probe.StartAsync();
        var load = scene.Own(new Load(scene));
        load.Start();
        nameServer.Freeze();
        await using var client = await scene.ClientAsync();
        client.Patience = TimeSpan.FromSeconds(60);
        var creations = Task.WhenAll(Enumerable.Range(0, 10).Select(i => client.CreateTopicAsync($"t-{i}")));
        await scene.WaitAsync(20);
        nameServer.Thaw();
        await creations;
        probe.MustBeServed(10);
        await MustRouteAsync(scene, "t-9");
        await scene.VerdictAsync(load);
    }

    static async Task BrokerFrozenAsync(Scene scene)
    {
        var (_, broker) = await StartAsync(scene);
        await MustRouteAsync(scene, Load.Normal);
        broker.Freeze();
        await scene.WaitAsync(20);
        broker.Thaw();
        await MustRouteAsync(scene, Load.Normal);
    }

    static async Task GarbageAsync(Scene scene)
    {
        var (nameServer, _) = await StartAsync(scene);
        await MustRouteAsync(scene, Load.Normal);
        await using var liar = await scene.ClientAsync(Port);
        string[] bodies = ["abcabc", "null", "[]", "{", "1", "\"x\"", "{\"topicConfigSerializeWrapper\":7}"];
        var taken = new List<string>();
        foreach (var body in bodies)
        {
            var answer = await liar.CallAsync(
                RequestCode.RegisterBroker,
                Registration("liar", "10.9.9.9:10911"),
                Encoding.UTF8.GetBytes(body)
            );
            if (answer.Code == ResponseCode.Success)
                taken.Add(body);
        }
        var cluster = (await liar.CallAsync(RequestCode.GetBrokerClusterInfo)).EnsureSuccess();
        bool isKnown = Encoding.UTF8.GetString(cluster.Body.Span).Contains("10.9.9.9", StringComparison.Ordinal);
        long before = nameServer.RssAnonMiB;
        for (var i = 0; i < 2000; i++)
            await liar.CallAsync(
                RequestCode.RegisterBroker,
                Registration($"ghost-{i}", $"10.8.{i / 250}.{i % 250}:10911"),
                Encoding.UTF8.GetBytes(Topics(i).ToJsonString())
            );
        scene.Figure("grew MiB", nameServer.RssAnonMiB - before);
        Scene.Must(await HasRouteAsync(scene, Load.Normal), "the real broker's route is gone");
        Scene.Must(nameServer.RssAnonMiB < 500, $"memory is {nameServer.RssAnonMiB} MiB");
        Scene.Must(taken.Count == 0 && !isKnown, $"registered with the body {string.Join(" and ", taken)}");
    }

    static Broker.Protocol.Headers.FieldList Registration(string name, string address) =>
        new()
        {
            { "brokerName", name },
            { "brokerAddr", address },
            { "clusterName", "DefaultCluster" },
            { "haServerAddr", address },
            { "brokerId", 0 },
            { "compressed", false },
            { "bodyCrc32", 0 },
        };

    static JsonObject Topics(int number) =>
        new()
        {
            ["topicConfigSerializeWrapper"] = new JsonObject
            {
                ["topicConfigTable"] = new JsonObject
                {
                    [$"ghost-topic-{number}"] = new JsonObject
                    {
                        ["topicName"] = $"ghost-topic-{number}",
                        ["readQueueNums"] = 8,
                        ["writeQueueNums"] = 8,
                        ["perm"] = 6,
                    },
                },
                ["dataVersion"] = new JsonObject { ["timestamp"] = 1, ["counter"] = number },
            },
            ["filterServerList"] = new JsonArray(),
        };

    static async Task QueriesAsync(Scene scene)
    {
        var (nameServer, _) = await StartAsync(scene);
        await MustRouteAsync(scene, Load.Normal);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(scene.Ended);
        end.CancelAfter(TimeSpan.FromSeconds(15));
        int asked = 0;
        var crowd = Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(async i =>
                {
                    await using var client = await scene.ClientAsync(Port);
                    for (var n = 0; !end.IsCancellationRequested; n++)
                    {
                        var topic = n % 2 == 0 ? Load.Normal : $"nothing-{i}-{n}";
                        await client.CallAsync(RequestCode.GetRouteInfoByTopic, new() { { "topic", topic } });
                        Interlocked.Increment(ref asked);
                    }
                })
        );
        int answered = 0;
        while (!crowd.IsCompleted)
        {
            Scene.Must(await HasRouteAsync(scene, Load.Normal), "a route query was not answered within 5 s");
            answered++;
        }
        await crowd;
        scene.Figure("asked", asked);
        scene.Figure("others answered", answered);
        Scene.Must(answered > 10, $"{answered} queries of others were answered");
        Scene.Must(nameServer.RssAnonMiB < 400, $"memory is {nameServer.RssAnonMiB} MiB");
    }

    static async Task HalfFramesAsync(Scene scene)
    {
        var (nameServer, _) = await StartAsync(scene);
        await MustRouteAsync(scene, Load.Normal);
        var half = new List<RawConnection>();
        for (var i = 0; i < 200; i++)
        {
            half.Add(new RawConnection(Port));
            half[^1].TrySend(RawConnection.Frame((16 << 20) - 100, 100, "{"));
            for (var n = 0; n < 10; n++)
                half[^1].TrySend("{"u8);
        }
        await using (var client = await scene.ClientAsync(Client.BrokerPort))
        {
            for (var i = 0; i < 100; i++) // a registration of many topics is a frame of its own size
                await client.CreateTopicAsync($"a-topic-with-a-name-of-some-length-{i}", 8);
        }
        await scene.WaitAsync(12);
        await MustRouteAsync(scene, "a-topic-with-a-name-of-some-length-99");
        scene.Figure("RssAnon MiB", nameServer.RssAnonMiB);
        Scene.Must(nameServer.RssAnonMiB < 250, $"memory is {nameServer.RssAnonMiB} MiB");
        half.ForEach(c => c.Dispose());
    }
}
