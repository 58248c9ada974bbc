using System.Text;
using Broker.Protocol;
using Broker.Protocol.Messages;
using Broker.Tests.Store;
using Xunit;

namespace Broker.Tests.Core.Transactions;

public sealed class CheckTests : BrokerTest
{
    public override async ValueTask InitializeAsync() => Target = await StartAsync();

    [Fact]
    public async Task An_undecided_transaction_is_asked_about_and_the_answer_decides()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        var half = await producer.PrepareAsync("paid", "UNIQ_KEY=ID1 own=x");
        var question = await producer.QuestionAsync();
        Assert.Equal(("ID1", "broker-a"), (question.Half.Id, question.BrokerName));
        Assert.NotEqual(half.Offset, question.Half.Offset);
        var message = question.Message;
        Assert.Equal(("orders", 1, "paid"), (message.Topic, message.QueueId, message.Text));
        Assert.Equal((question.Half.Offset, question.Half.Position), (message.QueueOffset, message.Position));
        Assert.Equal(("x", "1"), (message.Properties["own"], message.Properties["TRANSACTION_CHECK_TIMES"]));
        await producer.CommitAsync(question.Half, ("fromTransactionCheck", "true"));
        Assert.Equal("paid", Assert.Single(await DeliveredAsync()).Text);
    }

    [Fact]
    public async Task Another_member_of_the_group_is_asked_when_the_sender_is_gone()
    {
        await using (var first = await Producer.StartAsync(Target.Address, id: "first"))
            await first.PrepareAsync("paid");
        await using var stranger = await Producer.StartAsync(Target.Address, "strangers", "stranger");
        await using var second = await Producer.StartAsync(Target.Address, id: "second");
        var question = await second.QuestionAsync();
        await second.RollBackAsync(question.Half, ("fromTransactionCheck", "true"));
        Assert.Equal(0, stranger.Questions);
        Assert.Empty(await DeliveredAsync());
    }

    [Fact]
    public async Task The_members_of_a_group_are_asked_in_turn()
    {
        await using var first = await Producer.StartAsync(Target.Address, id: "first");
        await using var second = await Producer.StartAsync(Target.Address, id: "second");
        await first.PrepareAsync("paid");
        await first.QuestionAsync();
        await second.QuestionAsync();
    }

    [Fact]
    public async Task A_message_is_asked_about_until_it_is_decided_and_each_time_counts()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        await producer.PrepareAsync("paid");
        for (var times = 1; times <= 5; times++)
        {
            var question = await producer.QuestionAsync();
            Assert.Equal($"{times}", question.Message.Properties["TRANSACTION_CHECK_TIMES"]);
        }
    }

    [Fact]
    public async Task The_sender_may_decide_by_its_first_place_after_checks()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        var half = await producer.PrepareAsync("paid");
        await producer.QuestionAsync();
        var question = await producer.QuestionAsync();
        Assert.Equal(ResponseCode.Success, (await producer.CommitAsync(half)).Code);
        Assert.Single(await DeliveredAsync());
        // The answer to the check comes too, as it does with clients that are slow to decide.
        Assert.Equal(ResponseCode.Success, (await producer.CommitAsync(question.Half)).Code);
        Assert.Single(await DeliveredAsync());
    }

    [Fact]
    public async Task Twins_of_one_id_are_two_transactions()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        var first = await producer.PrepareAsync("first", "UNIQ_KEY=ID1");
        var second = await producer.PrepareAsync("second", "UNIQ_KEY=ID1");
        for (var i = 0; i < 4; i++)
            await producer.QuestionAsync();
        await producer.CommitAsync(first);
        await producer.RollBackAsync(second);
        await producer.CommitAsync(second);
        Assert.Equal("first", Assert.Single(await DeliveredAsync()).Text);
    }

    [Fact]
    public async Task Immunity_puts_the_first_check_off()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        await producer.PrepareAsync("left alone", "CHECK_IMMUNITY_TIME_IN_SECONDS=300");
        await producer.PrepareAsync("asked");
        for (var i = 0; i < 3; i++)
            Assert.Equal("asked", (await producer.QuestionAsync()).Message.Text);
    }

    [Fact]
    public async Task After_the_last_check_the_message_goes_to_the_given_up_ones()
    {
        await Target.StopAsync();
        Target = await StartAsync(("transactionCheckMax", "2"));
        await using var producer = await Producer.StartAsync(Target.Address);
        var half = await producer.PrepareAsync("paid", "UNIQ_KEY=ID1");
        var lost = await AwaitAsync("TRANS_CHECK_MAX_TIME_TOPIC");
        Assert.Equal(("paid", "2"), (lost.Text, lost.Properties["TRANSACTION_CHECK_TIMES"]));
        Assert.Equal("orders", lost.Properties["REAL_TOPIC"]);
        Assert.Equal(2, producer.Questions);
        // A decision that comes even later is carried out, once.
        await producer.CommitAsync(half);
        await producer.CommitAsync(half);
        Assert.Single(await DeliveredAsync());
    }

    [Fact]
    public async Task A_given_up_message_is_asked_about_again_when_an_administrator_wants_it()
    {
        await Target.StopAsync();
        Target = await StartAsync(("transactionCheckMax", "1"));
        await using var producer = await Producer.StartAsync(Target.Address);
        await producer.PrepareAsync("paid");
        await producer.QuestionAsync();
        var lost = await AwaitAsync("TRANS_CHECK_MAX_TIME_TOPIC");
        var id = OffsetMessageId.ToString(Target.Node.Standing.StoreHost, lost.Position);
        Assert.Equal(ResponseCode.Success, (await ResumeAsync(id)).Code);
        var question = await producer.QuestionAsync();
        await producer.CommitAsync(question.Half, ("fromTransactionCheck", "true"));
        Assert.Single(await DeliveredAsync());
        Assert.Equal(ResponseCode.Success, (await ResumeAsync(id)).Code);
    }

    [Fact]
    public async Task A_decided_message_does_not_come_back_to_life()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        var half = await producer.PrepareAsync("paid");
        await producer.CommitAsync(half);
        var id = OffsetMessageId.ToString(Target.Node.Standing.StoreHost, half.Position);
        Assert.Equal(ResponseCode.SystemError, (await ResumeAsync(id)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("zz")]
    [InlineData("7F0000010000FFFF0000000000FFFFFF")]
    public async Task Resuming_what_is_not_there_is_refused(string id)
    {
        var answer = await ResumeAsync(id);
        Assert.Equal(ResponseCode.SystemError, answer.Code);
        Assert.StartsWith("Exception was thrown when putting message back", answer.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resuming_a_message_that_never_was_a_half_is_refused()
    {
        var answer = await Target.SendAsync("orders", "plain", 1);
        Assert.Equal(ResponseCode.SystemError, (await ResumeAsync(answer.Fields["msgId"]!)).Code);
    }

    [Fact]
    public async Task Undecided_transactions_survive_a_restart_and_decided_ones_stay_decided()
    {
        Half open;
        Half committed;
        await using (var producer = await Producer.StartAsync(Target.Address))
        {
            open = await producer.PrepareAsync("open", "CHECK_IMMUNITY_TIME_IN_SECONDS=300");
            committed = await producer.PrepareAsync("committed");
            await producer.CommitAsync(committed);
        }
        await Target.StopAsync();
        Target = await StartAsync();
        await using var later = await Producer.StartAsync(Target.Address);
        await later.CommitAsync(committed);
        await later.CommitAsync(open);
        Assert.Equal(["committed", "open"], (await DeliveredAsync()).Select(message => message.Text));
        Assert.Equal(0, later.Questions);
    }

    [Fact]
    public async Task Settlements_in_the_references_form_are_understood()
    {
        await using (var producer = await Producer.StartAsync(Target.Address))
        {
            for (var i = 0; i < 4; i++)
                await producer.PrepareAsync($"{i}", "CHECK_IMMUNITY_TIME_IN_SECONDS=1");
        }
        var body = Encoding.ASCII.GetBytes("0,0,2,x,,99");
        await Target.Node.Store.AppendAsync(
            new Broker.Store.AppendRequest
            {
                Queue = Target.Node.Store.Topic("RMQ_SYS_TRANS_OP_HALF_TOPIC").Queue(0),
                Body = body,
                Properties = Encoding.ASCII.GetBytes(TestBroker.Properties("TAGS=d")),
                BornHost = Target.Node.Standing.StoreHost,
            }
        );
        await Target.StopAsync();
        Target = await StartAsync();
        await using var later = await Producer.StartAsync(Target.Address);
        var asked = new[] { (await later.QuestionAsync()).Message.Text, (await later.QuestionAsync()).Message.Text };
        Assert.Equal(["1", "3"], asked);
    }

    [Fact]
    public async Task The_place_that_a_start_begins_at_follows_what_is_settled()
    {
        await using var producer = await Producer.StartAsync(Target.Address);
        for (var i = 0; i < 5; i++)
            await producer.CommitAsync(await producer.PrepareAsync($"{i}"));
        var start = TimeProvider.System.GetTimestamp();
        while (Position("RMQ_SYS_TRANS_HALF_TOPIC") < 5 || Position("RMQ_SYS_TRANS_OP_HALF_TOPIC") < 5)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, "the place stays behind");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_check_that_fails_half_way_loses_no_transaction()
    {
        var files = new ForgetfulFileSystem();
        await using var broker = await TestBroker.StartAsync(
            Folder.Path,
            TimeProvider.System,
            files,
            ("transactionCheckInterval", "50"),
            ("transactionTimeOut", "1"),
            ("transactionCheckMax", "1")
        );
        var failures = 0;
        files.BeforeOpen = path =>
        {
            if (!path.Contains("consumequeue/TRANS_CHECK_MAX_TIME_TOPIC", StringComparison.Ordinal))
                return;
            Interlocked.Increment(ref failures);
            throw new IOException("Too many open files", 24);
        };
        await using var producer = await Producer.StartAsync(broker.Address);
        await producer.PrepareAsync("paid");
        await TestBroker.UntilAsync(() => Volatile.Read(ref failures) > 1);
        files.BeforeOpen = _ => { };
        Assert.Equal("paid", Assert.Single(await broker.AwaitAsync("TRANS_CHECK_MAX_TIME_TOPIC")).Text);
        Assert.Equal(1, producer.Questions);
    }

    long Position(string topic) =>
        Target.Node.Offsets.Query("CID_RMQ_SYS_TRANS"u8, Encoding.ASCII.GetBytes(topic), queueId: 0);

    Task<TestBroker> StartAsync(params (string, string)[] more) =>
        TestBroker.StartAsync(Folder.Path, [("transactionCheckInterval", "50"), ("transactionTimeOut", "1"), .. more]);

    async Task<List<PulledMessage>> DeliveredAsync() =>
        TestBroker.Messages(await Target.PullAsync("orders", queueId: 1));

    Task<Broker.Remoting.RemotingResponse> ResumeAsync(string id) =>
        Target.CallAsync(RequestCode.ResumeCheckHalfMessage, ("topic", "orders"), ("msgId", id));

    async Task<PulledMessage> AwaitAsync(string topic)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var pulled = await Target.PullAsync(topic);
            if (pulled.Code == ResponseCode.Success)
                return Assert.Single(TestBroker.Messages(pulled));
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience, "nothing came");
            await Task.Yield();
        }
    }
}
