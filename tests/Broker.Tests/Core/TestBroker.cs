using System.Text;
using Broker.Core;
using Broker.Core.Configuration;
using Broker.Host.Commands;
using Broker.Host.Roles;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Store.Files;
using Broker.Tests.Remoting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Core;

/// <summary>
/// An all-in-one node in this process, over real sockets on ports that the system chose, and one connection to its
/// broker.
/// </summary>
sealed class TestBroker : IAsyncDisposable
{
    readonly RunningNode _node;

    TestBroker(RunningNode node, RemotingClient client)
    {
        _node = node;
        Client = client;
    }

    public RemotingClient Client { get; }

    public BrokerNode Node => _node.Broker!;

    public RunningNode Running => _node;

    public string Address => _node.BrokerAddress!.ToString();

    /// <summary>Starts over a folder; small files, so that many tests fit on a small disk.</summary>
    public static Task<TestBroker> StartAsync(string folder, params (string Key, string Value)[] settings) =>
        StartAsync(folder, TimeProvider.System, settings);

    /// <summary>Starts with a clock of the test's own.</summary>
    public static async Task<TestBroker> StartAsync(
        string folder,
        TimeProvider time,
        params (string Key, string Value)[] settings
    ) => await StartAsync(folder, time, new DiskFileSystem(), settings);

    /// <summary>Starts with a file system of the test's own.</summary>
    public static async Task<TestBroker> StartAsync(
        string folder,
        TimeProvider time,
        IFileSystem files,
        params (string Key, string Value)[] settings
    )
    {
        var loggers = NullLoggerFactory.Instance;
        var small = new (string, string)[]
        {
            ("mappedFileSizeCommitLog", "16777216"),
            ("mappedFileSizeConsumeQueue", "20000"),
            ("maxHashSlotNum", "1000"),
            ("maxIndexNum", "4000"),
        };
        var pairs = small.Concat(settings).Select(s => new ConfigSetting(s.Item1, s.Item2));
        var node = await RunningNode.StartAsync(
            AllInOneCommand.Settings(folder, (0, 0, 0), pairs, loggers) with
            {
                Time = time,
                Files = files,
            }
        );
        return new TestBroker(node, await RemotingClient.ConnectAsync(node.BrokerAddress!.ToString()));
    }

    public Task<RemotingClient> ConnectAsync() => RemotingClient.ConnectAsync(Address);

    /// <summary>Connects to another address of this host than the broker tells its clients.</summary>
    public Task<RemotingClient> ConnectAsync(string host) =>
        RemotingClient.ConnectAsync($"{host}:{_node.BrokerAddress!.Port}");

    /// <summary>Stops in order, as at SIGTERM.</summary>
    public async Task StopAsync()
    {
        await Client.DisposeAsync();
        await _node.StopAsync(TimeSpan.FromSeconds(5));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        try
        {
            DeclaredAnswers.Check(_node);
        }
        finally
        {
            await _node.DisposeAsync();
        }
    }

    /// <summary>The fields of a send in the long form; later pairs replace earlier ones.</summary>
    public static FieldList SendFields(
        string topic,
        int queueId = 0,
        string properties = "",
        params (string, object)[] other
    ) =>
        Fields([
            ("producerGroup", "producers"),
            ("topic", topic),
            ("defaultTopic", "TBW102"),
            ("defaultTopicQueueNums", 4),
            ("queueId", queueId),
            ("sysFlag", 0),
            ("bornTimestamp", 1_700_000_000_000),
            ("flag", 0),
            ("properties", properties),
            ("reconsumeTimes", 0),
            ("unitMode", "false"),
            ("batch", "false"),
            .. other,
        ]);

    public static FieldList PullFields(
        string topic,
        long offset = 0,
        int queueId = 0,
        string group = "readers",
        params (string, object)[] other
    ) =>
        Fields([
            ("consumerGroup", group),
            ("topic", topic),
            ("queueId", queueId),
            ("queueOffset", offset),
            ("maxMsgNums", 32),
            ("sysFlag", 4),
            ("commitOffset", 0),
            ("suspendTimeoutMillis", 0),
            ("subscription", "*"),
            ("subVersion", 1),
            ("expressionType", "TAG"),
            .. other,
        ]);

    /// <summary>"A=1 B=2" as stored.</summary>
    public static string Properties(string pairs) =>
        string.Concat(
            pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Replace('=', '\u0001') + '\u0002')
        );

    public Task<RemotingResponse> SendAsync(
        string topic,
        string body,
        int queueId = 0,
        string properties = "",
        params (string, object)[] other
    ) => SendAsync(topic, Encoding.UTF8.GetBytes(body), queueId, properties, other);

    public Task<RemotingResponse> SendAsync(
        string topic,
        byte[] body,
        int queueId = 0,
        string properties = "",
        params (string, object)[] other
    ) =>
        Client.InvokeAsync(
            RequestCode.SendMessage,
            SendFields(topic, queueId, Properties(properties), other),
            body,
            Patience
        );

    /// <summary>Waits for what another thread is about to do.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Asks until what another thread is about to do is done.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
            await Task.Delay(1, limit.Token);
    }

    /// <summary>Changes a key of the running broker: <c>key=value</c>.</summary>
    public async Task ConfigureAsync(string line) =>
        (
            await Client.InvokeAsync(RequestCode.UpdateBrokerConfig, null, Encoding.UTF8.GetBytes(line), Patience)
        ).EnsureSuccess();

    /// <summary>What is in a queue from an offset on; the pull is held until something is.</summary>
    public async Task<List<PulledMessage>> AwaitAsync(
        string topic,
        long offset = 0,
        int queueId = 0,
        string group = "readers"
    )
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var found = Messages(
                await PullAsync(topic, offset, queueId, group, ("sysFlag", 6), ("suspendTimeoutMillis", 15_000))
            );
            if (found.Count > 0)
                return found;
            Assert.False(limit.IsCancellationRequested, "nothing was delivered");
        }
    }

    public Task<RemotingResponse> PullAsync(
        string topic,
        long offset = 0,
        int queueId = 0,
        string group = "readers",
        params (string, object)[] other
    ) =>
        Client.InvokeAsync(
            RequestCode.PullMessage,
            PullFields(topic, offset, queueId, group, other),
            default,
            Patience
        );

    /// <summary>Asks over a socket of its own, with a header of either type.</summary>
    public async Task<RawFrame> AskAsync(
        SerializeType type,
        RequestCode code,
        IEnumerable<(string, object)> fields,
        byte[]? body = null
    )
    {
        using var client = await RawClient.ConnectAsync(_node.BrokerAddress!);
        await client.SendAsync(RawClient.Frame(type, (int)code, fields: Fields(fields), body: body));
        return await client.ReceiveAsync();
    }

    public Task<RemotingResponse> CallAsync(RequestCode code, params (string, object)[] fields) =>
        Client.InvokeAsync(code, Fields(fields), default, Patience);

    public static TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>The messages of a pull's body.</summary>
    public static List<PulledMessage> Messages(RemotingResponse response) => PulledMessage.All(response.Body);

    /// <summary>Fields of any request; later pairs replace earlier ones.</summary>
    public static FieldList Fields(IEnumerable<(string Name, object Value)> pairs)
    {
        var last = new Dictionary<string, string>();
        foreach (var (name, value) in pairs)
            last[name] = value.ToString()!;
        var fields = new FieldList();
        foreach (var (name, value) in last)
            fields.Add(name, value);
        return fields;
    }
}
