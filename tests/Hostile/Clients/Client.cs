using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Hostile.Clients;

/// <summary>An honest client on one connection, with the requests that trials need.</summary>
sealed class Client : IAsyncDisposable
{
    public const int BrokerPort = 10911;
    public const string BrokerName = "broker-a";

    readonly RemotingClient remoting;

    Client(RemotingClient remoting) => this.remoting = remoting;

    /// <summary>How long an answer may take. No trial measures by it.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    public static async Task<Client> OpenAsync(int port = BrokerPort, CancellationToken ended = default) =>
        new(
            await RemotingClient.ConnectAsync(
                $"127.0.0.1:{port}",
                new RemotingClientSettings { ConnectTimeout = TimeSpan.FromSeconds(10) },
                ended
            )
        );

    public Task<RemotingResponse> CallAsync(
        RequestCode code,
        FieldList? fields = null,
        ReadOnlyMemory<byte> body = default
    ) => remoting.InvokeAsync(code, fields, body, Patience);

    public void Push(RequestCode code, FieldList fields, ReadOnlySpan<byte> body) => remoting.Send(code, fields, body);

    public Task<RemotingResponse> SendAsync(
        string topic,
        int queue,
        ReadOnlyMemory<byte> body,
        string group = "producers",
        int sysFlag = 0,
        params (string Name, string Value)[] properties
    ) => CallAsync(RequestCode.SendMessageV2, SendFields(topic, queue, group, sysFlag, properties), body);

    public Task<RemotingResponse> SendAsync(
        string topic,
        int queue,
        string body,
        params (string Name, string Value)[] properties
    ) => SendAsync(topic, queue, Encoding.UTF8.GetBytes(body), "producers", 0, properties);

    public static FieldList SendFields(
        string topic,
        int queue,
        string group,
        int sysFlag,
        (string Name, string Value)[] properties,
        int reconsumeTimes = 0,
        int maxReconsumeTimes = 16
    ) =>
        new()
        {
            { "a", group },
            { "b", topic },
            { "c", "TBW102" },
            { "d", 4 },
            { "e", queue },
            { "f", sysFlag },
            { "g", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() },
            { "h", 0 },
            { "i", string.Concat(properties.Select(p => $"{p.Name}\u0001{p.Value}\u0002")) },
            { "j", reconsumeTimes },
            { "k", false },
            { "l", maxReconsumeTimes },
            { "m", false },
        };

    public async Task CreateTopicAsync(string topic, int queues = 1, int permission = 6) =>
        (
            await CallAsync(
                RequestCode.UpdateAndCreateTopic,
                new FieldList
                {
                    { "topic", topic },
                    { "defaultTopic", "TBW102" },
                    { "readQueueNums", queues },
                    { "writeQueueNums", queues },
                    { "perm", permission },
                    { "topicFilterType", "SINGLE_TAG" },
                    { "topicSysFlag", 0 },
                    { "order", false },
                }
            )
        ).EnsureSuccess();

    public async Task CreateGroupAsync(string group) =>
        (
            await CallAsync(
                RequestCode.UpdateAndCreateSubscriptionGroup,
                null,
                new SubscriptionGroupConfig { GroupName = group }.ToJson()
            )
        ).EnsureSuccess();

    public Task<RemotingResponse> ConfigureAsync(string key, string value) =>
        CallAsync(RequestCode.UpdateBrokerConfig, null, Encoding.UTF8.GetBytes($"{key}={value}\n"));

    public async Task<long> MaxAsync(string topic, int queue) =>
        (await CallAsync(RequestCode.GetMaxOffset, Queue(topic, queue))).EnsureSuccess().Long("offset");

    public async Task<long> MinAsync(string topic, int queue) =>
        (await CallAsync(RequestCode.GetMinOffset, Queue(topic, queue))).EnsureSuccess().Long("offset");

    public async Task<PullResult> PullAsync(
        string topic,
        int queue,
        long offset,
        string group = "readers",
        int count = 32,
        int suspendMs = 0
    )
    {
        var answer = await CallAsync(
            RequestCode.PullMessage,
            PullFields(topic, queue, offset, group, count, suspendMs)
        );
        return new PullResult(
            answer.Code,
            answer.Long("nextBeginOffset", offset),
            answer.Long("minOffset"),
            answer.Long("maxOffset"),
            answer.Code == ResponseCode.Success ? Decode(answer.Body.Span) : []
        );
    }

    public static FieldList PullFields(
        string topic,
        int queue,
        long offset,
        string group,
        int count,
        int suspendMs,
        string subscription = "*",
        string type = "TAG"
    ) =>
        new()
        {
            { "consumerGroup", group },
            { "topic", topic },
            { "queueId", queue },
            { "queueOffset", offset },
            { "maxMsgNums", count },
            { "sysFlag", suspendMs > 0 ? 6 : 4 },
            { "commitOffset", 0 },
            { "suspendTimeoutMillis", suspendMs },
            { "subscription", subscription },
            { "subVersion", 0 },
            { "expressionType", type },
        };

    /// <summary>Everything that a queue holds.</summary>
    public async Task<List<Received>> ReadAllAsync(string topic, int queue)
    {
        var read = new List<Received>();
        long at = await MinAsync(topic, queue);
        while (true)
        {
            var pulled = await PullAsync(topic, queue, at);
            read.AddRange(pulled.Messages);
            bool more = pulled.Code is ResponseCode.Success or ResponseCode.PullRetryImmediately;
            if (!more || (pulled.Next <= at && pulled.Messages.Count == 0))
                return read;
            at = pulled.Next;
        }
    }

    public Task<RemotingResponse> CommitOffsetAsync(string group, string topic, int queue, long offset)
    {
        var fields = Queue(topic, queue);
        fields.Add("consumerGroup", group);
        fields.Add("commitOffset", offset);
        return CallAsync(RequestCode.UpdateConsumerOffset, fields);
    }

    /// <summary>A group's position, -1 for none.</summary>
    public async Task<long> OffsetAsync(string group, string topic, int queue)
    {
        var fields = Queue(topic, queue);
        fields.Add("consumerGroup", group);
        var answer = await CallAsync(RequestCode.QueryConsumerOffset, fields);
        return answer.Code == ResponseCode.Success ? answer.Long("offset", -1) : -1;
    }

    public async Task<IReadOnlyList<Received>> PopAsync(
        string topic,
        string group,
        int invisibleMs,
        int count = 32,
        int pollMs = 0
    )
    {
        var answer = await CallAsync(
            RequestCode.PopMessage,
            new FieldList
            {
                { "consumerGroup", group },
                { "topic", topic },
                { "queueId", -1 },
                { "maxMsgNums", count },
                { "invisibleTime", invisibleMs },
                { "pollTime", pollMs },
                { "bornTime", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() },
                { "initMode", 0 },
                { "expType", "TAG" },
                { "exp", "*" },
                { "order", false },
            }
        );
        return answer.Code == ResponseCode.Success ? PopHandles.Add(answer) : [];
    }

    public async Task<bool> AckAsync(Received message, string topic, string group)
    {
        var handle = message.Properties[PopHandles.Property];
        var fields = new FieldList
        {
            { "consumerGroup", group },
            { "topic", PopHandles.TopicOf(handle, topic, group) },
            { "queueId", message.Queue },
            { "extraInfo", handle },
            { "offset", message.Offset },
        };
        return (await CallAsync(RequestCode.AckMessage, fields)).Code == ResponseCode.Success;
    }

    /// <summary>A half message and its commit. Whether both were acknowledged.</summary>
    public async Task<bool> TransactAsync(string topic, string body, bool commit = true)
    {
        var half = await SendAsync(
            topic,
            0,
            Encoding.UTF8.GetBytes(body),
            "transactors",
            4,
            ("TRAN_MSG", "true"),
            ("PGROUP", "transactors"),
            ("UNIQ_KEY", body)
        );
        if (half.Code != ResponseCode.Success)
            return false;
        return await EndAsync(half, commit) == ResponseCode.Success;
    }

    public async Task<ResponseCode> EndAsync(RemotingResponse half, bool commit) =>
        (
            await CallAsync(
                RequestCode.EndTransaction,
                new FieldList
                {
                    { "producerGroup", "transactors" },
                    { "tranStateTableOffset", half.Fields["queueOffset"] },
                    { "commitLogOffset", Convert.ToInt64(half.Fields["msgId"][^16..], 16) },
                    { "commitOrRollback", commit ? 8 : 12 },
                    { "fromTransactionCheck", false },
                    { "msgId", half.Fields.GetValueOrDefault("transactionId") },
                    { "transactionId", half.Fields.GetValueOrDefault("transactionId") },
                }
            )
        ).Code;

    public Task<RemotingResponse> HeartbeatAsync(string client, string? group, params string[] topics) =>
        CallAsync(RequestCode.HeartBeat, null, HeartbeatBodies.Consumer(client, group, topics));

    public static List<Received> Decode(ReadOnlySpan<byte> body)
    {
        var messages = new List<Received>();
        while (MessageView.Read(body, out var view) == MessageProblem.None)
        {
            messages.Add(
                new Received(
                    Encoding.UTF8.GetString(view.Topic),
                    view.QueueId,
                    view.QueueOffset,
                    Encoding.UTF8.GetString(view.Body),
                    view.BodyIsIntact,
                    view.ReconsumeTimes,
                    MessageProperties.ToDictionary(view.Properties)
                )
            );
            body = body[view.TotalSize..];
        }
        return body.IsEmpty ? messages : throw new BrokenException($"{body.Length} bytes of an answer are no message");
    }

    public static FieldList Queue(string topic, int queue) => new() { { "topic", topic }, { "queueId", queue } };

    public ValueTask DisposeAsync() => remoting.DisposeAsync();
}
