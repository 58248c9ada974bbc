using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Store;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Persistence;

public sealed class StateRoomTests : IAsyncLifetime
{
    /// <summary>More than a pool of threads grows to in the time of a test.</summary>
    const int Clients = 64;

    readonly ForgetfulFileSystem _files = new();
    readonly ManualResetEventSlim _moves = new(initialState: true);
    readonly List<RemotingClient> _clients = [];
    TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _files.BeforeSync = path =>
        {
            if (path.Contains("config", StringComparison.Ordinal))
                _moves.Wait(Patience);
        };
        _broker = await TestBroker.StartAsync("/stalled", TimeProvider.System, _files);
        await _broker.SendAsync("orders", "first");
        for (var i = 0; i < Clients; i++)
            _clients.Add(await _broker.ConnectAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _moves.Set();
        foreach (var client in _clients)
            await client.DisposeAsync();
        await _broker.DisposeAsync();
        _moves.Dispose();
    }

    [Fact]
    public async Task Changes_of_topics_groups_and_locks_keep_nobody_else_waiting_for_the_disk()
    {
        Assert.Equal(ResponseCode.Success, (await _broker.PullAsync("orders")).Code); // makes its group
        _moves.Reset();
        var changes = _clients.Select(Change).ToArray();
        await UntilAsync(() => _broker.Node.StateChangesWaiting > 0);

        Assert.Equal(ResponseCode.Success, (await _broker.PullAsync("orders")).Code);
        Assert.Equal(ResponseCode.Success, (await AskAsync(RequestCode.GetAllTopicConfig)).Code);
        Assert.Equal(ResponseCode.Success, (await AskAsync(RequestCode.GetAllSubscriptionGroupConfig)).Code);
        // Locks that came first were granted.
        Assert.DoesNotContain(changes.Where((_, i) => i % 4 != 3), change => change.IsCompleted);

        _moves.Set();
        Assert.All(await Task.WhenAll(changes), answer => Assert.Equal(ResponseCode.Success, answer.Code));
        Assert.Equal(0, _broker.Node.StateChangesWaiting);
        for (var i = 0; i < Clients; i += 4)
            Assert.True(_broker.Node.Topics.TryGet($"made-{i}", out _), $"topic made-{i} is missing");
        for (var i = 1; i < Clients; i += 4)
            Assert.True(_broker.Node.Topics.TryGet($"used-{i}", out _), $"topic used-{i} is missing");
    }

    Task<RemotingResponse> Change(RemotingClient client, int i) =>
        (i % 4) switch
        {
            0 => client.InvokeAsync(
                RequestCode.UpdateAndCreateTopic,
                Fields([("topic", $"made-{i}"), ("readQueueNums", "1"), ("writeQueueNums", "1"), ("perm", "6")]),
                default,
                2 * Patience
            ),
            1 => client.InvokeAsync(RequestCode.SendMessage, SendFields($"used-{i}"), "body"u8.ToArray(), 2 * Patience),
            2 => client.InvokeAsync(
                RequestCode.UpdateAndCreateSubscriptionGroup,
                null,
                Encoding.UTF8.GetBytes($$"""{"groupName":"group-{{i}}"}"""),
                2 * Patience
            ),
            _ => client.InvokeAsync(
                RequestCode.LockBatchMq,
                null,
                Encoding.UTF8.GetBytes(
                    $$"""
                    {"clientId":"c{{i}}","consumerGroup":"g{{i}}",
                    "mqSet":[{"brokerName":"broker-a","queueId":0,"topic":"orders"}]}
                    """
                ),
                2 * Patience
            ),
        };

    Task<RemotingResponse> AskAsync(RequestCode code) => _broker.Client.InvokeAsync(code, null, default, Patience);
}
