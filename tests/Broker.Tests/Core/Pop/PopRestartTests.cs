using System.Text;
using Broker.Protocol;
using Broker.Store;
using Xunit;
using static Broker.Tests.Core.Pop.PopBroker;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

/// <summary>What is out when a broker stops or dies: nothing is lost, and as little as possible comes twice.</summary>
public sealed class PopRestartTests : PopTest
{
    [Fact]
    public async Task After_an_orderly_stop_only_what_was_not_acknowledged_comes_again()
    {
        await _broker.SendAsync("a", "b", "c");
        var popped = await _broker.TakeAsync(["a", "b", "c"]);
        await _broker.AckAsync(popped, 1);
        await _broker.RestartAsync();
        await _broker.TakeAsync([]);
        Assert.Equal(3, _broker.Committed());
        await _broker.AckAsync(popped, 2);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(62), 1);
        await _broker.TakeAsync(["a"]);
        await _broker.PassAsync(TimeSpan.FromSeconds(5), () => _broker.Node.OpenPops == 1);
    }

    [Fact]
    public async Task A_kill_before_the_checkpoint_is_in_the_log_hands_the_messages_out_again()
    {
        await _broker.SendAsync("a", "b");
        await _broker.TakeAsync(["a", "b"]);
        await using var next = await _broker.KilledCopyAsync();
        await next.TakeAsync(["a", "b"]);
    }

    [Fact]
    public async Task After_a_kill_what_was_acknowledged_in_the_log_does_not_come_again()
    {
        await _broker.SendAsync("a", "b");
        var popped = await _broker.TakeAsync(["a", "b"]);
        await _broker.PassAsync(TimeSpan.FromSeconds(11), () => _broker.Committed() == 2);
        await _broker.AckAsync(popped, 0);
        // The offsets are written every five seconds.
        await _broker.PassAsync(TimeSpan.FromSeconds(6), () => _broker.OffsetsOnDisk.Contains("orders@poppers\":{0:2"));
        await using var next = await _broker.KilledCopyAsync();
        await next.TakeAsync([]);
        await next.PassUntilRetriedAsync(TimeSpan.FromSeconds(62), 1);
        await next.TakeAsync(["b"]);
        await next.TakeAsync([]);
    }

    [Fact]
    public async Task What_was_delivered_again_is_not_delivered_once_more_after_a_restart()
    {
        await _broker.SendAsync("a");
        // Its checkpoint stays open for an hour and keeps the log from being passed.
        await _broker.TakeAsync(["a"], ("maxMsgNums", 1), ("invisibleTime", 3_600_000));
        // Seven turns later the same queue of the revive log is used again.
        for (var i = 0; i < 7; i++)
            await _broker.TakeAsync([]);
        await _broker.SendAsync("b");
        await _broker.TakeAsync(["b"]);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(62), 1);
        await _broker.RestartAsync();
        await _broker.PassAsync(TimeSpan.FromSeconds(10));
        await _broker.TakeAsync(["b"]);
        await _broker.TakeAsync([]);
    }

    [Fact]
    public async Task Ordered_batches_are_still_out_after_a_restart()
    {
        await _broker.SendAsync("a", "b");
        var popped = await _broker.TakeAsync(["a"], ("order", "true"), ("maxMsgNums", 1));
        await _broker.RestartAsync();
        await _broker.TakeAsync([], ("order", "true"));
        Assert.Equal(ResponseCode.Success, (await _broker.AckAsync(popped, 0)).Code);
        await _broker.TakeAsync(["b"], ("order", "true"));
    }

    [Fact]
    public async Task A_checkpoint_that_another_broker_of_the_folder_left_in_its_timers_is_honoured_when_it_arrives()
    {
        await _broker.SendAsync("a", "b", "c");
        await _broker.TakeAsync(["a", "b", "c"]);
        var log = $"rmq_sys_REVIVE_LOG_{_broker.Node.Options.BrokerClusterName}";
        var popTime = _broker.Now - 100_000;
        // As the reference wrote it; topic, group and time are this test's.
        var body =
            $"{{\"bm\":1,\"bn\":\"broker-a\",\"c\":\"{Group}\",\"d\":[0,2],\"it\":16000,\"n\":2,\"pt\":{popTime},"
            + $"\"q\":0,\"reviveTime\":{popTime + 16000},\"ro\":0,\"so\":0,\"t\":\"{Topic}\"}}";
        Assert.Equal(AppendStatus.Stored, (await AppendAsync(log, 5, body, "TAGS=ck")).Status);
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(2), 1);
        await _broker.TakeAsync(["c"]);
    }

    [Fact]
    public async Task Clients_cannot_write_to_the_revive_log()
    {
        await _broker.SendAsync("a");
        var popped = await _broker.TakeAsync(["a"]);
        var log = $"rmq_sys_REVIVE_LOG_{_broker.Node.Options.BrokerClusterName}";
        var forged =
            $"{{\"ao\":0,\"bn\":\"broker-a\",\"c\":\"{Group}\",\"pt\":{popped.Text("popTime")},\"q\":0,\"so\":0,"
            + $"\"t\":\"{Topic}\"}}";
        for (var queue = 0; queue < _broker.Node.Options.ReviveQueueNum; queue++)
        {
            var answer = await _broker.Broker.SendAsync(log, forged, queue, "TAGS=ack");
            Assert.Equal(ResponseCode.NoPermission, answer.Code);
            Assert.Equal($"Sending message to topic[{log}] is forbidden.", answer.Remark);
        }
        await _broker.PassUntilRetriedAsync(TimeSpan.FromSeconds(62), 1);
        await _broker.TakeAsync(["a"]);
    }

    [Fact]
    public async Task Clients_cannot_have_a_delayed_message_delivered_to_the_revive_log()
    {
        var log = $"rmq_sys_REVIVE_LOG_{_broker.Node.Options.BrokerClusterName}";
        (
            await _broker.Broker.SendAsync(Topic, "a", properties: $"REAL_TOPIC={log} REAL_QID=3 DELAY=1")
        ).EnsureSuccess();
        Assert.True(_broker.Node.Topics.TryGet(Topic, out var topic));
        await _broker.PassAsync(TimeSpan.FromSeconds(2), () => topic.Log.Queue(0).MaxOffset.Value == 1);
        Assert.Equal(0, _broker.Node.Store.Topic(log).Queue(3).MaxOffset.Value);
    }

    Task<AppendResult> AppendAsync(string topic, int queueId, string body, string properties) =>
        _broker.Node.Store.AppendAsync(
            new AppendRequest
            {
                Queue = _broker.Node.Store.Topic(topic).Queue(queueId),
                Body = Encoding.UTF8.GetBytes(body),
                Properties = Encoding.UTF8.GetBytes(TestBroker.Properties(properties)),
                BornHost = _broker.Node.Standing.StoreHost,
                BornTimestamp = _broker.Now,
            }
        );
}
