using System.Threading.Channels;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Broker.Tests.Core.Groups;
using Xunit;

namespace Broker.Tests.Core.Transactions;

/// <summary>A member of a producer group: it sends halves, decides, and hears the broker's questions (39).</summary>
sealed class Producer : IAsyncDisposable
{
    readonly Channel<Question> _questions = Channel.CreateBounded<Question>(10_000);
    readonly string _group;
    RemotingClient _client = null!;

    Producer(string group) => _group = group;

    /// <summary>Connects and says that it belongs to the group.</summary>
    public static async Task<Producer> StartAsync(string address, string group = "producers", string id = "p1")
    {
        var producer = new Producer(group);
        var table = new ProcessorTable().Map(RequestCode.CheckTransactionState, producer.Hear);
        producer._client = await RemotingClient.ConnectAsync(
            address,
            new RemotingClientSettings { PushHandler = table }
        );
        await Heartbeats.SendAsync(producer._client, new HeartbeatData { ClientId = id, ProducerGroups = [group] });
        return producer;
    }

    /// <summary>Sends the first half of a transaction, born now unless said otherwise.</summary>
    public async Task<Half> PrepareAsync(string body, string more = "", long? born = null, int queueId = 1)
    {
        var answer = await SendAsync(body, more, born, queueId);
        answer.EnsureSuccess();
        Assert.True(
            OffsetMessageId.TryParse(
                System.Text.Encoding.ASCII.GetBytes(answer.Fields["msgId"]!),
                out _,
                out var position
            )
        );
        return new Half(long.Parse(answer.Fields["queueOffset"]!), position, answer.Fields["transactionId"]!);
    }

    public Task<RemotingResponse> SendAsync(string body, string more = "", long? born = null, int queueId = 1) =>
        _client.InvokeAsync(
            RequestCode.SendMessage,
            TestBroker.SendFields(
                "orders",
                queueId,
                TestBroker.Properties($"TRAN_MSG=true PGROUP={_group} TAGS=t KEYS=k {more}"),
                ("producerGroup", _group),
                ("sysFlag", SysFlag.TransactionPrepared),
                ("bornTimestamp", born ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())
            ),
            System.Text.Encoding.UTF8.GetBytes(body),
            TestBroker.Patience
        );

    public Task<RemotingResponse> CommitAsync(Half half, params (string, object)[] other) =>
        EndAsync(half, SysFlag.TransactionCommit, other);

    public Task<RemotingResponse> RollBackAsync(Half half, params (string, object)[] other) =>
        EndAsync(half, SysFlag.TransactionRollback, other);

    public Task<RemotingResponse> EndAsync(Half half, int decision, params (string, object)[] other) =>
        _client.InvokeAsync(
            RequestCode.EndTransaction,
            TestBroker.Fields([
                ("producerGroup", _group),
                ("tranStateTableOffset", half.Offset),
                ("commitLogOffset", half.Position),
                ("commitOrRollback", decision),
                ("fromTransactionCheck", "false"),
                ("msgId", half.Id),
                .. other,
            ]),
            default,
            TestBroker.Patience
        );

    /// <summary>The next question, or a failure when none comes.</summary>
    public async Task<Question> QuestionAsync()
    {
        using var limit = new CancellationTokenSource(TestBroker.Patience);
        return await _questions.Reader.ReadAsync(limit.Token);
    }

    public int Questions => _questions.Reader.Count;

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    void Hear(Request request)
    {
        var read = request.Read();
        var half = new Half(
            read.Long("tranStateTableOffset"u8),
            read.Long("commitLogOffset"u8),
            read.String("transactionId"u8)
        );
        var message = Assert.Single(PulledMessage.All(request.Body.ToArray()));
        _questions.Writer.TryWrite(new Question(half, message, request.Fields.GetString("bname"u8)!));
    }
}
