using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scenarios.Doubles;

/// <summary>
/// A master as administration sees it, on a real socket: keeps topics and groups in memory, registers at name servers,
/// and counts what it is asked. What it forgets at the end of a test is what a deleted volume forgets.
/// </summary>
sealed class BrokerDouble : IAsyncDisposable
{
    readonly MetricsRegistry _metrics = new(new MetricsOptions(), TimeProvider.System);
    readonly RemotingServer _server;
    readonly Lock _gate = new();
    readonly Dictionary<RequestCode, int> _calls = [];
    readonly ConcurrentDictionary<string, RemotingClient> _nameServers = new();
    readonly SemaphoreSlim _registering = new(1);
    long _version;

    public BrokerDouble(string name, IPAddress address, int port)
    {
        Name = name;
        var processors = new ProcessorTable { Admit = Admit };
        processors.Map(RequestCode.GetBrokerRuntimeInfo, Runtime);
        processors.Map(RequestCode.GetAllTopicConfig, r => r.Reply(Locked(TopicTable)));
        processors.Map(RequestCode.GetAllSubscriptionGroupConfig, r => r.Reply(Locked(GroupTable)));
        processors.Map(RequestCode.UpdateAndCreateTopic, PutTopic);
        processors.Map(RequestCode.DeleteTopicInBroker, DeleteTopic);
        processors.Map(RequestCode.UpdateAndCreateSubscriptionGroup, PutGroup);
        processors.Map(RequestCode.DeleteSubscriptionGroup, DeleteGroup);
        processors.Map(RequestCode.InvokeBrokerToResetOffset, ResetOffset);
        processors.Map(RequestCode.GetConsumerConnectionList, Members);
        processors.Map(RequestCode.GetConsumeStats, Progress);
        processors.Map(RequestCode.GetTopicStatsInfo, Statistics);
        processors.Map(RequestCode.GetEarliestMsgStoreTime, EarliestTime);
        _server = new RemotingServer(
            new RemotingOptions(),
            processors,
            new RemotingMetrics(_metrics, "broker"),
            TimeProvider.System,
            NullLogger.Instance
        );
        Address = _server.Listen(new IPEndPoint(address, port));
    }

    public string Name { get; }

    public IPEndPoint Address { get; }

    /// <summary>The address that clients are told: the master Service's.</summary>
    public string Advertised { get; set; } = "";

    public string Cluster { get; set; } = "";

    /// <summary>Set: calls of this code are refused.</summary>
    public RequestCode? Refuses { get; set; }

    /// <summary>Set: the topic of this name is left out of what name servers are told.</summary>
    public string? Untold
    {
        get => Locked(() => field);
        set
        {
            lock (_gate)
            {
                field = value;
                _version++;
            }
        }
    }

    public Dictionary<string, TopicConfig> Topics { get; } = [];

    public Dictionary<string, SubscriptionGroupConfig> Groups { get; } = [];

    /// <summary>Offset resets in order: <c>group topic timestamp</c>.</summary>
    public List<string> Resets { get; } = [];

    /// <summary>From when to when the messages of every topic were stored.</summary>
    public StoreTimes Stored { get; set; } = StoreTimes.None;

    /// <summary>Clients that consume, whatever their group.</summary>
    public List<string> Clients { get; } = [];

    /// <summary>
    /// What the broker says of the differences between subscriptions; null for one that does not know the question.
    /// </summary>
    public string? Difference { get; set; } = "";

    /// <summary>How they get messages.</summary>
    public MessageModel Model { get; set; } = MessageModel.Clustering;

    /// <summary>Messages that wait for each group.</summary>
    public long Waiting { get; set; }

    public int Calls(RequestCode code) => Locked(() => _calls.GetValueOrDefault(code));

    public int AllCalls => Locked(() => _calls.Values.Sum());

    public TopicConfig? Topic(string name) => Locked(() => Topics.GetValueOrDefault(name));

    public SubscriptionGroupConfig? Group(string name) => Locked(() => Groups.GetValueOrDefault(name));

    public T Locked<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    /// <summary>
    /// Tells a name server about itself, as a broker does every 30 s; over a connection that stays, since a name server
    /// forgets a broker whose connection ends.
    /// </summary>
    public async Task RegisterAsync(string nameServer)
    {
        await _registering.WaitAsync();
        try
        {
            await RegisterAsync(await ConnectAsync(nameServer));
        }
        finally
        {
            _registering.Release();
        }
    }

    async Task RegisterAsync(RemotingClient client)
    {
        var body = Locked(() =>
            new RegisterBrokerBody(
                new DataVersion(0, 0, _version),
                [.. Topics.Values.Where(topic => topic.TopicName != Untold), .. SystemTopics()],
                []
            ).ToJson()
        );
        var fields = new FieldList
        {
            { "brokerName", Name },
            { "brokerAddr", Advertised },
            { "clusterName", Cluster },
            { "haServerAddr", "" },
            { "brokerId", 0 },
            { "compressed", false },
            { "bodyCrc32", 0 },
        };
        (await client.InvokeAsync(RequestCode.RegisterBroker, fields, body)).EnsureSuccess();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _nameServers.Values)
            await client.DisposeAsync();
        await _server.DisposeAsync();
        _metrics.Dispose();
        _registering.Dispose();
    }

    async Task<RemotingClient> ConnectAsync(string nameServer)
    {
        if (_nameServers.TryGetValue(nameServer, out var open) && !open.Completion.IsCompleted)
            return open;
        return _nameServers[nameServer] = await RemotingClient.ConnectAsync(nameServer);
    }

    IEnumerable<TopicConfig> SystemTopics() =>
        [new TopicConfig { TopicName = Name }, new TopicConfig { TopicName = Cluster }];

    bool Admit(Request request)
    {
        lock (_gate)
            _calls[request.Code] = _calls.GetValueOrDefault(request.Code) + 1;
        if (Refuses != request.Code)
            return true;
        request.Reply(ResponseCode.SystemError, "the test refuses");
        return false;
    }

    void Runtime(Request request) =>
        request.Reply(
            KvTable.ToJson(
                new Dictionary<string, string>
                {
                    ["brokerVersionDesc"] = "V5_3_3",
                    ["brokerActive"] = "true",
                    ["bootTimestamp"] = "1",
                }
            )
        );

    byte[] TopicTable() => new TopicConfigTable(new DataVersion(0, 0, _version), [.. Topics.Values]).ToJson();

    byte[] GroupTable() =>
        new SubscriptionGroupTable(
            new DataVersion(0, 0, _version),
            [.. Groups.Values],
            new Dictionary<string, IReadOnlyDictionary<string, int>>()
        ).ToJson();

    void PutTopic(Request request)
    {
        var read = request.Read();
        var topic = new TopicConfig
        {
            TopicName = read.String("topic"u8),
            ReadQueueNums = read.Int("readQueueNums"u8),
            WriteQueueNums = read.Int("writeQueueNums"u8),
            Perm = read.Int("perm"u8),
            Order = read.String("order"u8) == "true",
            Attributes = Attributes(Encoding.UTF8.GetString(read.OptionalText("attributes"u8))),
        };
        lock (_gate)
        {
            Topics[topic.TopicName] = topic;
            _version++;
        }
        request.Token.Run(AnswerRegisteredAsync);
    }

    /// <summary>As brokers do, so that clients find a topic as soon as it is made.</summary>
    async Task AnswerRegisteredAsync(ReplyToken token)
    {
        foreach (var nameServer in _nameServers.Keys)
        {
            try
            {
                await RegisterAsync(nameServer);
            }
            catch (Exception e) when (e is IOException or SocketException or TimeoutException)
            {
                // A name server that is gone learns of it when it is back.
            }
        }
        token.Reply(ResponseCode.Success, "");
    }

    static Dictionary<string, string>? Attributes(string text) =>
        text.Length == 0
            ? null
            : text.Split(',').Select(a => a.TrimStart('+').Split('=')).ToDictionary(a => a[0], a => a[1]);

    void DeleteTopic(Request request)
    {
        var name = request.Read().String("topic"u8);
        lock (_gate)
        {
            Topics.Remove(name);
            _version++;
        }
        request.Reply(ResponseCode.Success, "");
    }

    void ResetOffset(Request request)
    {
        var read = request.Read();
        var (group, topic, timestamp) = (read.String("group"u8), read.String("topic"u8), read.String("timestamp"u8));
        lock (_gate)
        {
            if (!Topics.ContainsKey(topic))
            {
                request.Reply(ResponseCode.TopicNotExist, $"topic {topic} not exist");
                return;
            }
            Resets.Add($"{group} {topic} {timestamp}");
        }
        request.Reply(ResponseCode.Success, "");
    }

    void Statistics(Request request)
    {
        var topic = request.Read().String("topic"u8);
        var stored = Locked(() => Stored);
        if (!Locked(() => Topics.ContainsKey(topic)))
            request.Reply(ResponseCode.TopicNotExist, $"topic {topic} not exist");
        else
            request.Reply(
                new TopicStatsTable([
                    new TopicOffset(new MessageQueue(topic, Name, 0), 7, 7, 0),
                    new TopicOffset(new MessageQueue(topic, Name, 1), 0, stored.IsNone ? 0 : 2, stored.Last),
                ]).ToJson()
            );
    }

    void EarliestTime(Request request)
    {
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("timestamp"u8, Locked(() => Stored.First));
        reply.Send();
    }

    void Members(Request request)
    {
        var online = Locked(() => Clients.Select(c => new ClientConnection(c, "10.0.0.1:1", "JAVA", 0)).ToList());
        if (online.Count == 0)
            request.Reply(ResponseCode.ConsumerNotOnline, "the consumer group not online");
        else
            request.Reply(
                new ConsumerConnection
                {
                    Connections = online,
                    MessageModel = Model,
                    SubscriptionDifference = request.Read().Bool("withSubscriptionDifference"u8) ? Difference : null,
                }.ToJson()
            );
    }

    void Progress(Request request)
    {
        var queue = new MessageQueue("payments", Name, 0);
        request.Reply(new ConsumeStats([new ConsumeOffset(queue, Locked(() => Waiting), 0, 0, 0)], 0).ToJson());
    }

    void PutGroup(Request request)
    {
        var group = SubscriptionGroupConfig.Read(FastJson.Parse(request.Body));
        lock (_gate)
            Groups[group.GroupName] = group;
        request.Reply(ResponseCode.Success, "");
    }

    void DeleteGroup(Request request)
    {
        var name = request.Read().String("groupName"u8);
        lock (_gate)
            Groups.Remove(name);
        request.Reply(ResponseCode.Success, "");
    }
}
