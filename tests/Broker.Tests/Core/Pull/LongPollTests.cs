using System.Diagnostics;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pull;

public sealed class LongPollTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Target.SendAsync("orders", "first");
    }

    [Fact]
    public async Task A_pull_waits_for_the_next_message()
    {
        var waiting = await HoldAsync(Target.Client, offset: 1, ms: 15_000);
        await Target.SendAsync("orders", "second");
        Assert.Equal(["second"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task A_pull_of_a_queue_that_was_never_written_waits_too()
    {
        var waiting = await HoldAsync(Target.Client, offset: 0, ms: 15_000, queueId: 2);
        await Target.SendAsync("orders", "second", queueId: 2);
        Assert.Equal(["second"], Messages(await waiting).Select(m => m.Text));
    }

    [Fact]
    public async Task A_pull_that_waited_in_vain_is_answered_when_its_time_is_up_and_not_before()
    {
        var clock = Stopwatch.StartNew();
        var waiting = await HoldAsync(Target.Client, offset: 1, ms: 300);
        var answer = await waiting;
        Assert.Equal((ResponseCode.PullNotFound, "OFFSET_OVERFLOW_ONE"), (answer.Code, answer.Remark));
        Assert.Equal(1, answer.Long("nextBeginOffset"));
        Assert.True(clock.ElapsedMilliseconds >= 295, $"answered after {clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_message_that_is_not_wanted_wakes_nobody()
    {
        var waiting = await HoldAsync(Target.Client, offset: 1, ms: 400, subscription: "wanted");
        await Target.SendAsync("orders", "other", properties: "TAGS=other");
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, Target.Node.HeldPulls);
        var answer = await waiting;
        Assert.Equal(ResponseCode.PullRetryImmediately, answer.Code);
        Assert.Equal(2, answer.Long("nextBeginOffset"));
    }

    [Fact]
    public async Task A_wanted_message_wakes_those_who_want_it()
    {
        var wants = await HoldAsync(Target.Client, offset: 1, ms: 15_000, subscription: "a || b");
        await using var second = await Target.ConnectAsync();
        var wantsOther = await HoldAsync(second, offset: 1, ms: 15_000, subscription: "c", held: 2);
        await Target.SendAsync("orders", "for a", properties: "TAGS=a");
        Assert.Equal(["for a"], Messages(await wants).Select(m => m.Text));
        Assert.False(wantsOther.IsCompleted);
        await Target.SendAsync("orders", "for c", properties: "TAGS=c");
        Assert.Equal(["for c"], Messages(await wantsOther).Select(m => m.Text));
    }

    [Fact]
    public async Task All_that_wait_for_a_queue_are_answered()
    {
        var waiting = new List<Task<RemotingResponse>>();
        for (var i = 0; i < 20; i++)
            waiting.Add(await HoldAsync(Target.Client, offset: 1, ms: 15_000, held: i + 1));
        await Target.SendAsync("orders", "second");
        foreach (var answer in await Task.WhenAll(waiting))
            Assert.Equal(["second"], Messages(answer).Select(m => m.Text));
        Assert.Equal(0, Target.Node.HeldPulls);
    }

    [Fact]
    public async Task What_a_closed_connection_waited_for_is_forgotten()
    {
        var client = await Target.ConnectAsync();
        var first = await HoldAsync(client, offset: 1, ms: 15_000);
        var second = await HoldAsync(client, offset: 1, ms: 15_000, held: 2);
        await client.DisposeAsync();
        await UntilAsync(() => Target.Node.HeldPulls == 0);
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        await Assert.ThrowsAnyAsync<Exception>(() => second);
    }

    [Fact]
    public async Task A_pull_that_does_not_allow_it_does_not_wait()
    {
        var answer = await Target.PullAsync(
            "orders",
            1,
            0,
            "readers",
            ("sysFlag", 4),
            ("suspendTimeoutMillis", 15_000)
        );
        Assert.Equal(ResponseCode.PullNotFound, answer.Code);
    }

    [Fact]
    public async Task No_message_is_missed_between_looking_and_waiting()
    {
        const int rounds = 3000;
        await using var reader = await Target.ConnectAsync();
        var reading = Task.Run(async () =>
        {
            var texts = new List<string>();
            while (texts.Count < rounds)
            {
                var answer = await reader.InvokeAsync(
                    RequestCode.PullMessage,
                    PullFields(
                        "orders",
                        1 + texts.Count,
                        0,
                        "readers",
                        ("sysFlag", 6),
                        ("suspendTimeoutMillis", 15_000)
                    ),
                    default,
                    TimeSpan.FromSeconds(10)
                );
                texts.AddRange(Messages(answer).Select(m => m.Text));
            }
            return texts;
        });
        for (var i = 0; i < rounds; i++)
            await Target.SendAsync("orders", $"{i}");
        Assert.Equal(Enumerable.Range(0, rounds).Select(i => $"{i}"), await reading);
    }

    /// <summary>Starts a pull and comes back when the broker holds it.</summary>
    async Task<Task<RemotingResponse>> HoldAsync(
        RemotingClient client,
        long offset,
        int ms,
        string subscription = "*",
        int held = 1,
        int queueId = 0
    )
    {
        var fields = PullFields(
            "orders",
            offset,
            queueId,
            "readers",
            ("sysFlag", 6),
            ("suspendTimeoutMillis", ms),
            ("subscription", subscription)
        );
        var answer = client.InvokeAsync(RequestCode.PullMessage, fields, default, Patience);
        await UntilAsync(() => Target.Node.HeldPulls >= held || answer.IsCompleted);
        return answer;
    }
}
