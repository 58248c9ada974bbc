using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Transactions;

public sealed class EndTransactionTests : BrokerTest
{
    Producer _producer = null!;

    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        _producer = await Producer.StartAsync(Target.Address);
    }

    public override async ValueTask DisposeAsync()
    {
        await _producer.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_half_message_is_answered_like_any_other_and_nobody_sees_it()
    {
        var answer = await _producer.SendAsync("paid", "UNIQ_KEY=ID1");
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal(
            ("1", "0", "ID1"),
            (answer.Fields["queueId"], answer.Fields["queueOffset"], answer.Fields["transactionId"])
        );
        Assert.Empty(await DeliveredAsync());
        Assert.Equal(ResponseCode.QueryNotFound, (await QueryAsync("ID1")).Code);
        Assert.Equal(ResponseCode.QueryNotFound, (await QueryAsync("k")).Code);
    }

    [Fact]
    public async Task The_half_message_lies_as_the_reference_lays_it_out()
    {
        await _producer.PrepareAsync("paid", "UNIQ_KEY=ID1 REAL_TOPIC=forged");
        var half = Assert.Single(TestBroker.Messages(await Target.PullAsync("RMQ_SYS_TRANS_HALF_TOPIC")));
        Assert.Equal((0, 0L, "paid"), (half.QueueId, half.QueueOffset, half.Text));
        Assert.Equal(("orders", "1"), (half.Properties["REAL_TOPIC"], half.Properties["REAL_QID"]));
        Assert.Equal(("true", "ID1"), (half.Properties["TRAN_MSG"], half.Properties["__transactionId__"]));
    }

    [Fact]
    public async Task A_commit_delivers_the_message_as_it_was_sent()
    {
        var half = await _producer.PrepareAsync("paid", "UNIQ_KEY=ID1 own=x");
        var answer = await _producer.CommitAsync(half);
        Assert.Equal((ResponseCode.Success, null), (answer.Code, answer.Remark));
        var message = Assert.Single(await DeliveredAsync());
        Assert.Equal(("paid", "x", "ID1"), (message.Text, message.Properties["own"], message.Properties["UNIQ_KEY"]));
        Assert.Equal(ResponseCode.Success, (await QueryAsync("ID1")).Code);
    }

    [Fact]
    public async Task A_rollback_delivers_nothing()
    {
        var half = await _producer.PrepareAsync("paid");
        Assert.Equal(ResponseCode.Success, (await _producer.RollBackAsync(half)).Code);
        Assert.Empty(await DeliveredAsync());
        Assert.Equal("0,", await SettledAsync());
    }

    [Theory]
    [InlineData(SysFlag.TransactionCommit)]
    [InlineData(SysFlag.TransactionRollback)]
    public async Task Deciding_again_changes_nothing(int second)
    {
        var half = await _producer.PrepareAsync("paid");
        await _producer.CommitAsync(half);
        Assert.Equal(ResponseCode.Success, (await _producer.EndAsync(half, second)).Code);
        Assert.Single(await DeliveredAsync());
        Assert.Equal("0,", await SettledAsync());
    }

    [Fact]
    public async Task A_commit_after_a_rollback_delivers_nothing()
    {
        var half = await _producer.PrepareAsync("paid");
        await _producer.RollBackAsync(half);
        Assert.Equal(ResponseCode.Success, (await _producer.CommitAsync(half)).Code);
        Assert.Empty(await DeliveredAsync());
    }

    [Theory]
    [InlineData("producerGroup", "others", ResponseCode.SystemError, "The producer group wrong")]
    [InlineData("tranStateTableOffset", 7, ResponseCode.SystemError, "The transaction state table offset wrong")]
    [InlineData("commitLogOffset", 3, ResponseCode.SystemError, "Find prepared transaction message failed")]
    [InlineData("commitLogOffset", -1, ResponseCode.SystemError, "Find prepared transaction message failed")]
    [InlineData("commitLogOffset", 1L << 50, ResponseCode.SystemError, "Find prepared transaction message failed")]
    [InlineData("commitOrRollback", 5, ResponseCode.SystemError, "commitOrRollback field wrong")]
    [InlineData("commitOrRollback", "x", ResponseCode.SystemError, null)]
    public async Task A_decision_about_something_else_is_refused(
        string field,
        object value,
        ResponseCode code,
        string? remark
    )
    {
        var half = await _producer.PrepareAsync("paid");
        foreach (var decision in (int[])[SysFlag.TransactionCommit, SysFlag.TransactionRollback])
        {
            var answer = await _producer.EndAsync(half, decision, (field, value));
            Assert.Equal(code, answer.Code);
            if (remark is not null)
                Assert.Equal(remark, answer.Remark);
        }
        // Nothing of it has settled the transaction.
        await _producer.CommitAsync(half);
        Assert.Single(await DeliveredAsync());
    }

    [Fact]
    public async Task A_request_without_fields_is_refused()
    {
        var answer = await Target.CallAsync(RequestCode.EndTransaction);
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.Contains("commitOrRollback", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_knowing_yet_leaves_the_transaction_open()
    {
        var half = await _producer.PrepareAsync("paid");
        Assert.Equal(ResponseCode.Success, (await _producer.EndAsync(half, SysFlag.TransactionNone)).Code);
        await _producer.CommitAsync(half);
        Assert.Single(await DeliveredAsync());
    }

    [Fact]
    public async Task A_message_that_is_no_half_cannot_be_decided()
    {
        var answer = await Target.SendAsync("orders", "plain", 1, "PGROUP=producers");
        var offset = long.Parse(answer.Fields["queueOffset"]!);
        var id = System.Text.Encoding.ASCII.GetBytes(answer.Fields["msgId"]!);
        Assert.True(OffsetMessageId.TryParse(id, out _, out var position));
        var refused = await _producer.CommitAsync(new Half(offset, position, ""));
        Assert.Equal(ResponseCode.SystemError, refused.Code);
        Assert.Single(await DeliveredAsync());
    }

    [Fact]
    public async Task After_its_immunity_only_the_answer_to_a_check_decides()
    {
        var born = TimeProvider.System.GetUtcNow().AddSeconds(-10).ToUnixTimeMilliseconds();
        var half = await _producer.PrepareAsync("paid", "CHECK_IMMUNITY_TIME_IN_SECONDS=5", born);
        Assert.Equal(ResponseCode.IllegalOperation, (await _producer.CommitAsync(half)).Code);
        Assert.Equal(ResponseCode.IllegalOperation, (await _producer.RollBackAsync(half)).Code);
        Assert.Empty(await DeliveredAsync());
        Assert.Equal(ResponseCode.Success, (await _producer.CommitAsync(half, ("fromTransactionCheck", "true"))).Code);
        Assert.Single(await DeliveredAsync());
    }

    [Theory]
    [InlineData("DELAY=3")]
    [InlineData("TIMER_DELAY_SEC=3")]
    public async Task A_transaction_is_not_delayed(string delay) =>
        Assert.Equal(ResponseCode.MessageIllegal, (await _producer.SendAsync("paid", delay)).Code);

    [Fact]
    public async Task A_mark_that_an_old_client_left_on_a_message_for_another_try_begins_nothing()
    {
        var answer = await Target.SendAsync("orders", "again", 1, "TRAN_MSG=true DELAY=1", ("reconsumeTimes", 1));
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Empty(TestBroker.Messages(await Target.PullAsync("RMQ_SYS_TRANS_HALF_TOPIC")));
    }

    [Fact]
    public async Task Transactions_can_be_refused_altogether()
    {
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path, ("rejectTransactionMessage", "true"));
        var producer = await Producer.StartAsync(Target.Address);
        var answer = await producer.SendAsync("paid");
        Assert.Equal(ResponseCode.NoPermission, answer.Code);
        Assert.EndsWith("sending transaction message is forbidden", answer.Remark, StringComparison.Ordinal);
        await producer.DisposeAsync();
    }

    [Fact]
    public async Task A_slave_decides_nothing()
    {
        var half = await _producer.PrepareAsync("paid");
        await Target.Node.StepDownAsync("test");
        await using var late = await Producer.StartAsync(Target.Address);
        Assert.Equal(ResponseCode.SlaveNotAvailable, (await late.CommitAsync(half)).Code);
    }

    [Fact]
    public async Task Decisions_that_arrive_together_are_settled_together()
    {
        var halves = new List<Half>();
        for (var i = 0; i < 50; i++)
            halves.Add(await _producer.PrepareAsync($"{i}"));
        var answers = await Task.WhenAll(halves.Select(half => _producer.CommitAsync(half)));
        Assert.All(answers, answer => Assert.Equal(ResponseCode.Success, answer.Code));
        Assert.Equal(18, (await DeliveredAsync(32)).Count);
        var settled = (await SettledAsync()).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), settled.Order());
    }

    [Fact]
    public async Task A_commit_whose_queue_cannot_be_opened_is_refused_and_can_be_repeated()
    {
        var files = new ForgetfulFileSystem();
        await using var broker = await TestBroker.StartAsync(Folder.Path, TimeProvider.System, files);
        await using var producer = await Producer.StartAsync(broker.Address);
        var half = await producer.PrepareAsync("paid");
        files.BeforeOpen = path =>
        {
            if (path.Contains("consumequeue/orders", StringComparison.Ordinal))
                throw new IOException("Too many open files", 24);
        };
        var refused = await producer.CommitAsync(half);
        Assert.Equal(ResponseCode.SystemError, refused.Code);
        Assert.Contains("Too many open files", refused.Remark, StringComparison.Ordinal);
        files.BeforeOpen = _ => { };
        Assert.Equal(ResponseCode.Success, (await producer.CommitAsync(half)).Code);
        Assert.Equal("paid", Assert.Single(TestBroker.Messages(await broker.PullAsync("orders", queueId: 1))).Text);
    }

    async Task<List<PulledMessage>> DeliveredAsync(long offset = 0) =>
        TestBroker.Messages(await Target.PullAsync("orders", offset, 1));

    async Task<string> SettledAsync()
    {
        var all = "";
        for (var offset = 0; ; )
        {
            var page = TestBroker.Messages(await Target.PullAsync("RMQ_SYS_TRANS_OP_HALF_TOPIC", offset));
            if (page.Count == 0)
                return all;
            all += string.Concat(page.Select(message => message.Text));
            offset += page.Count;
        }
    }

    Task<Broker.Remoting.RemotingResponse> QueryAsync(string key) =>
        Target.CallAsync(
            RequestCode.QueryMessage,
            ("topic", "orders"),
            ("key", key),
            ("maxNum", 10),
            ("beginTimestamp", 0),
            ("endTimestamp", long.MaxValue)
        );
}
