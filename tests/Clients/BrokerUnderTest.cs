using System.Text;
using System.Text.Json.Nodes;

[assembly: AssemblyFixture(typeof(Clients.BrokerUnderTest))]

namespace Clients;

/// <summary>
/// `rocketmq all-in-one` on ports and a folder of its own, shared by all tests of a run; each test takes a topic of
/// its own. With CLIENTS_NAME_SERVER and CLIENTS_BROKER (host:port) the same tests ask another broker, for instance
/// Apache's, which is how the tests themselves are tested.
/// </summary>
public sealed class BrokerUnderTest : IAsyncLifetime
{
    const int CreateTopic = 17;
    const int CreateGroup = 200;
    const int GetRoute = 105;
    const int NoTopic = 17;

    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    ChildProcess? process;

    public string NameServer { get; private set; } = "";

    public string Broker { get; private set; } = "";

    /// <summary>Clients from npm that know this name server.</summary>
    public NpmClient Npm => new(NameServer, Folder);

    /// <summary>A folder for whatever the run leaves behind; removed at its end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("rocketmq-clients-").FullName;

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("CLIENTS_NAME_SERVER") is { Length: > 0 } other)
        {
            NameServer = other;
            Broker = Environment.GetEnvironmentVariable("CLIENTS_BROKER")!;
            return;
        }
        process = ChildProcess.Start(Checkout.Program(), Arguments(), Folder);
        while (NameServer.Length == 0 || Broker.Length == 0)
        {
            var words = (await process.ReadLineAsync(StartLimit)).Split(' ');
            if (words is ["ready:", "nameserver", var nameServer])
                NameServer = nameServer;
            if (words is ["ready:", "broker", var broker])
                Broker = broker;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A topic that nobody else uses, with 8 queues; returns when the name server knows it.</summary>
    public async Task<string> CreateTopicAsync(string prefix, int queues = 8)
    {
        var topic = $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];
        var fields = new JsonObject
        {
            ["topic"] = topic,
            ["defaultTopic"] = "TBW102",
            ["readQueueNums"] = $"{queues}",
            ["writeQueueNums"] = $"{queues}",
            ["perm"] = "6",
            ["topicFilterType"] = "SINGLE_TAG",
            ["topicSysFlag"] = "0",
            ["order"] = "false",
        };
        Assert.Equal(0, (await AskAsync(Broker, CreateTopic, fields)).Code);
        await Eventually.TrueAsync(
            $"the route of {topic}",
            async () => (await AskAsync(NameServer, GetRoute, new JsonObject { ["topic"] = topic })).Code != NoTopic
        );
        return topic;
    }

    /// <summary>
    /// A consumer group whose messages go to the dead letters after <paramref name="retries"/> more deliveries.
    /// </summary>
    public async Task<string> CreateGroupAsync(string prefix, int retries = 16)
    {
        var group = $"{prefix}-{Guid.NewGuid():N}"[..(prefix.Length + 9)];
        var settings = new JsonObject
        {
            ["groupName"] = group,
            ["consumeEnable"] = true,
            ["consumeFromMinEnable"] = true,
            ["consumeBroadcastEnable"] = true,
            ["retryQueueNums"] = 1,
            ["retryMaxTimes"] = retries,
            ["brokerId"] = 0,
            ["whichBrokerWhenConsumeSlowly"] = 1,
        };
        var answer = await AskAsync(Broker, CreateGroup, [], Encoding.UTF8.GetBytes(settings.ToJsonString()));
        Assert.Equal(0, answer.Code);
        return group;
    }

    /// <summary>What a verb of `rocketmq admin` prints; it must succeed.</summary>
    public async Task<List<string>> AdminAsync(params string[] arguments)
    {
        string[] command = ["admin", .. arguments, "-n", NameServer];
        await using var admin = ChildProcess.Start(Checkout.Program(), command, Folder);
        return await admin.ReadToEndAsync(StartLimit);
    }

    public static async Task<RawAnswer> AskAsync(
        string address,
        int code,
        JsonObject fields,
        ReadOnlyMemory<byte> body = default
    )
    {
        await using var connection = await RawConnection.OpenAsync(address);
        return await connection.AskAsync(code, fields, body);
    }

    // A retry waits at level 3 and later (10 s and more by default): one second each, so that a test sees the last
    // of them.
    string[] Arguments() =>
        [
            "all-in-one",
            "--data",
            Path.Combine(Folder, "data"),
            "--name-server-port",
            "0",
            "--port",
            "0",
            "--http-port",
            "0",
            "--set",
            "messageDelayLevel=" + string.Join(' ', Enumerable.Repeat("1s", 18)),
        ];
}
