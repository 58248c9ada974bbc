using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Store;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Send;

public sealed class StalledDiskTests : IAsyncLifetime
{
    /// <summary>With a megabyte each more than the store buffers.</summary>
    const int Senders = 24;

    readonly ForgetfulFileSystem _files = new();
    readonly ManualResetEventSlim _moves = new(initialState: true);
    readonly List<RemotingClient> _clients = [];
    TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _files.BeforeWrite = path =>
        {
            if (path.Contains("commitlog", StringComparison.Ordinal))
                _moves.Wait(Patience);
        };
        _broker = await TestBroker.StartAsync(
            "/stalled",
            TimeProvider.System,
            _files,
            ("flushDiskType", "SYNC_FLUSH"),
            ("mappedFileSizeCommitLog", "67108864"),
            ("osPageCacheBusyTimeOutMills", "10000")
        );
        await _broker.SendAsync("orders", "first");
        for (var i = 0; i < Senders; i++)
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
    public async Task Only_the_connections_that_send_wait_and_all_they_sent_is_stored()
    {
        var sends = await StallAsync();
        Assert.Equal(ResponseCode.Success, (await _broker.PullAsync("orders")).Code);
        var heartbeat = await _broker.Client.InvokeAsync(
            RequestCode.HeartBeat,
            null,
            """{"clientID":"c","consumerDataSet":[],"producerDataSet":[{"groupName":"p"}]}"""u8.ToArray(),
            Patience
        );
        Assert.Equal(ResponseCode.Success, heartbeat.Code);
        await using var names = await RemotingClient.ConnectAsync(_broker.Running.NameServerAddress!.ToString());
        Assert.Equal(
            ResponseCode.Success,
            (
                await names.InvokeAsync(
                    RequestCode.GetRouteInfoByTopic,
                    Fields([("topic", "orders")]),
                    default,
                    Patience
                )
            ).Code
        );
        using var http = new HttpClient();
        Assert.Equal(
            "ok\n",
            await http.GetStringAsync(new Uri($"http://127.0.0.1:{_broker.Running.HttpAddress!.Port}/livez"))
        );
        Assert.True(_broker.Node.Room.Count > 0, "The disk stands still, and nobody waits for it.");

        _moves.Set();
        Assert.All(await Task.WhenAll(sends), answer => Assert.Equal(ResponseCode.Success, answer.Code));
        Assert.Equal(0, _broker.Node.Room.Count);
        var offsets = sends.Select(send => send.Result.Fields["queueOffset"]).ToHashSet();
        Assert.Equal(Senders, offsets.Count);
    }

    [Fact]
    public async Task Whoever_has_waited_for_long_enough_is_told_that_the_broker_is_busy()
    {
        await _broker.ConfigureAsync("osPageCacheBusyTimeOutMills=1");
        var sends = await StallAsync();
        var busy = 0;
        await UntilAsync(() => (busy = sends.Count(send => send.IsCompleted)) + 9 >= Senders);
        var answers = sends.Where(send => send.IsCompleted).Select(send => send.Result).ToList();
        Assert.All(answers, answer => Assert.Equal(ResponseCode.SystemBusy, answer.Code));
        _moves.Set();
        await Task.WhenAll(sends);
    }

    async Task<Task<RemotingResponse>[]> StallAsync()
    {
        _moves.Reset();
        var body = new byte[1_000_000];
        var sends = _clients
            .Select(client => client.InvokeAsync(RequestCode.SendMessage, SendFields("orders"), body, 2 * Patience))
            .ToArray();
        await UntilAsync(() => _broker.Node.Room.Count > 0 || sends.Any(send => send.IsCompleted));
        return sends;
    }
}
