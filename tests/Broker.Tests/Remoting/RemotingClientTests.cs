using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Remoting;

public sealed class RemotingClientTests
{
    [Fact]
    public async Task Many_requests_are_under_way_on_one_connection_and_each_gets_its_own_answer()
    {
        await using var server = new TestServer();
        await using var client = await RemotingClient.ConnectAsync(server.Address.ToString());
        var calls = Enumerable
            .Range(0, 500)
            .Select(async i =>
            {
                var answer = await client.InvokeAsync((RequestCode)TestServer.Echo, new FieldList { { "n", i } });
                Assert.Equal(i, answer.Long("n"));
            });
        await Task.WhenAll(calls);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_a_timeout_and_the_connection_goes_on()
    {
        await using var server = new TestServer();
        var time = new SteppedTime();
        await using var client = await RemotingClient.ConnectAsync(
            server.Address.ToString(),
            new RemotingClientSettings { Time = time }
        );
        var call = client.InvokeAsync((RequestCode)TestServer.Holds, timeout: TimeSpan.FromSeconds(5));
        await server.UntilHeldAsync(1);
        time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        server.Held[0].Reply(ResponseCode.Success, "too late");
        Assert.Equal(ResponseCode.Success, (await client.InvokeAsync((RequestCode)TestServer.Echo)).Code);
    }

    [Fact]
    public async Task When_the_connection_ends_every_waiting_call_fails_at_once()
    {
        var server = new TestServer();
        await using var client = await RemotingClient.ConnectAsync(server.Address.ToString());
        var calls = Enumerable.Range(0, 10).Select(_ => client.InvokeAsync((RequestCode)TestServer.Holds)).ToArray();
        await server.UntilHeldAsync(10);
        await server.DisposeAsync();
        foreach (var call in calls)
            await Assert.ThrowsAsync<IOException>(() => call);
        await client.Completion;
        await Assert.ThrowsAsync<IOException>(() => client.InvokeAsync((RequestCode)TestServer.Echo));
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_at_once()
    {
        await using var server = new TestServer();
        await using var client = await RemotingClient.ConnectAsync(server.Address.ToString());
        using var cancel = new CancellationTokenSource();
        var call = client.InvokeAsync((RequestCode)TestServer.Holds, cancellationToken: cancel.Token);
        await server.UntilHeldAsync(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task A_server_asks_its_clients_and_gets_their_answers()
    {
        Connection? accepted = null;
        var table = new ProcessorTable { ConnectionOpened = connection => accepted = connection };
        await using var server = new TestServer(table: table);
        var told = new TaskCompletionSource<string?>();
        var pushes = new ProcessorTable()
            .Map(RequestCode.NotifyConsumerIdsChanged, r => told.SetResult(r.Fields.GetString("consumerGroup"u8)))
            .Map(RequestCode.GetConsumerRunningInfo, request => request.Reply("running"u8));
        await using var client = await RemotingClient.ConnectAsync(
            server.Address.ToString(),
            new RemotingClientSettings { PushHandler = pushes }
        );
        await TestServer.UntilAsync(() => Volatile.Read(ref accepted) is not null, "the connection");

        accepted!.Push(RequestCode.NotifyConsumerIdsChanged, new FieldList { { "consumerGroup", "g" } });
        Assert.Equal("g", await told.Task);
        var info = await accepted.InvokeAsync(
            RequestCode.GetConsumerRunningInfo,
            null,
            default,
            TimeSpan.FromSeconds(20)
        );
        Assert.Equal("running"u8.ToArray(), info.Body.ToArray());
        var unknown = await accepted.InvokeAsync(RequestCode.SendMessage, null, default, TimeSpan.FromSeconds(20));
        Assert.Equal(ResponseCode.RequestCodeNotSupported, unknown.Code);
    }

    [Theory]
    [InlineData("127.0.0.1:1")]
    [InlineData("no-such-host.invalid:9876")]
    [InlineData("nonsense")]
    [InlineData("host:0")]
    public async Task An_address_that_cannot_be_reached_is_named_in_the_failure(string address)
    {
        var failure = await Assert.ThrowsAsync<IOException>(() => RemotingClient.ConnectAsync(address));
        Assert.Contains(address, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_request_throws_only_when_success_is_insisted_on()
    {
        await using var server = new TestServer();
        await using var client = await RemotingClient.ConnectAsync(server.Address.ToString());
        var answer = await client.InvokeAsync((RequestCode)TestServer.Refuses);
        Assert.Equal((ResponseCode.NoPermission, "not for you"), (answer.Code, answer.Remark));
        Assert.Equal(ResponseCode.NoPermission, Assert.Throws<RefusedException>(answer.EnsureSuccess).Code);
    }
}
