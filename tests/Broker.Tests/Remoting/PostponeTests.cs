using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Remoting;

public sealed class PostponeTests
{
    const int Waits = 1100;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    readonly SteppedTime _time = new();
    readonly ProcessorTable _table = new();
    readonly List<int> _tries = [];
    readonly List<Connection> _paused = [];
    volatile bool _hasRoom;

    public PostponeTests() => _table.Map((RequestCode)Waits, Process);

    [Fact]
    public async Task What_follows_a_postponed_request_waits_and_other_connections_do_not()
    {
        await using var server = new TestServer(time: _time, table: _table);
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. Frame(Waits, 1), .. Frame(TestServer.Echo, 2)]);
        await UntilPausedAsync(1);
        using var other = await server.ConnectAsync();
        await other.SendAsync(Frame(TestServer.Echo, 3));
        Assert.Equal(3, (await other.ReceiveAsync()).Header.Opaque);
        Assert.Equal([1], Tries());

        _hasRoom = true;
        Resume();
        Assert.Equal(1, (await client.ReceiveAsync()).Header.Opaque);
        Assert.Equal(2, (await client.ReceiveAsync()).Header.Opaque);
        Assert.Equal([1, 1], Tries());
    }

    [Fact]
    public async Task Requests_that_came_together_share_the_time_that_they_may_wait()
    {
        await using var server = new TestServer(time: _time, table: _table);
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. Frame(Waits, 1), .. Frame(Waits, 2)]);
        await UntilPausedAsync(1);
        _time.Advance(Limit);
        Resume();
        for (var opaque = 1; opaque <= 2; opaque++)
        {
            var answer = await client.ReceiveAsync();
            Assert.Equal((opaque, (int)ResponseCode.SystemBusy), (answer.Header.Opaque, answer.Header.Code));
        }
        // What comes later may wait again.
        await client.SendAsync(Frame(Waits, 3));
        await UntilPausedAsync(2);
        _hasRoom = true;
        Resume();
        Assert.Equal(0, (await client.ReceiveAsync()).Header.Code);
    }

    [Fact]
    public async Task A_postponed_request_counts_nothing_and_its_connection_can_end()
    {
        await using var server = new TestServer(time: _time, table: _table);
        using var client = await server.ConnectAsync();
        await client.SendAsync(Frame(Waits, 1));
        await UntilPausedAsync(1);
        Assert.Equal(0, _paused[0].InFlightRequests);
        _paused[0].Close();
        await client.WaitForEndAsync();
        await TestServer.UntilAsync(() => server.Server.ConnectionCount == 0, "the end");
        Resume();
        Assert.Equal([1], Tries());
    }

    [Fact]
    public async Task Many_small_requests_of_one_connection_let_others_have_the_thread()
    {
        var table = new ProcessorTable();
        var order = new List<int>();
        // Each takes a millisecond of the clock.
        table.Map(
            (RequestCode)Waits,
            request =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                request.Reply(ResponseCode.Success);
            }
        );
        table.BatchEnded = () =>
        {
            lock (order)
                order.Add(0);
        };
        await using var server = new TestServer(time: _time, table: table);
        using var client = await server.ConnectAsync();
        await client.SendAsync((byte[])[.. Enumerable.Range(1, 64).SelectMany(i => Frame(Waits, i))]);
        for (var i = 1; i <= 64; i++)
            Assert.Equal(i, (await client.ReceiveAsync()).Header.Opaque);
        lock (order)
            Assert.InRange(order.Count, 4, 64);
    }

    void Process(Request request)
    {
        lock (_tries)
            _tries.Add(request.Opaque);
        if (!_hasRoom && request.TryPostpone(Limit, out _))
        {
            lock (_paused)
                _paused.Add(request.Connection);
        }
        else
        {
            request.Reply(_hasRoom ? ResponseCode.Success : ResponseCode.SystemBusy);
        }
    }

    int[] Tries()
    {
        lock (_tries)
            return [.. _tries];
    }

    void Resume()
    {
        lock (_paused)
        {
            foreach (var connection in _paused)
                connection.Resume();
        }
    }

    Task UntilPausedAsync(int count) =>
        TestServer.UntilAsync(
            () =>
            {
                lock (_paused)
                    return _paused.Count >= count;
            },
            "a postponed request"
        );

    static byte[] Frame(int code, int opaque) => RawClient.Frame(SerializeType.Json, code, opaque);
}
