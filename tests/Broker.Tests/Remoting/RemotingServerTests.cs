using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Remoting;

public sealed class RemotingServerTests
{
    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public async Task An_answer_has_the_header_type_the_number_and_the_fields_of_its_request(SerializeType type)
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        var fields = new FieldList
        {
            { "topic", "orders" },
            { "text", "quote \" tab \t 订单 🎉 \u0001\u0002" },
            { "n", -7 },
        };

        await client.SendAsync(RawClient.Frame(type, TestServer.Echo, opaque: -42, 0, fields, [1, 2, 3], "FOUND"));
        var answer = await client.ReceiveAsync();

        Assert.Equal(type, answer.Header.SerializeType);
        Assert.Equal(0, answer.Header.Code);
        Assert.Equal(-42, answer.Header.Opaque);
        Assert.Equal(Header.ResponseFlag, answer.Header.Flag);
        Assert.Equal("FOUND", answer.Remark);
        Assert.Equal("orders", answer["topic"]);
        Assert.Equal("quote \" tab \t 订单 🎉 \u0001\u0002", answer["text"]);
        Assert.Equal("-7", answer["n"]);
        Assert.Equal([1, 2, 3], answer.Body);
    }

    [Fact]
    public async Task A_code_that_nobody_serves_is_answered_not_ignored()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, 123456));
        var answer = await client.ReceiveAsync();
        Assert.Equal((int)ResponseCode.RequestCodeNotSupported, answer.Header.Code);
        Assert.Equal(" request type 123456 not supported", answer.Remark);
    }

    [Fact]
    public async Task A_oneway_request_gets_no_answer_whatever_happens()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        foreach (int code in new[] { TestServer.Echo, TestServer.Fails, TestServer.Refuses, 4711 })
            await client.SendAsync(RawClient.Frame(SerializeType.Json, code, opaque: 1, Header.OnewayFlag));
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, opaque: 2));
        Assert.Equal(2, (await client.ReceiveAsync()).Header.Opaque);
    }

    [Fact]
    public async Task A_processor_that_fails_answers_1_and_the_connection_goes_on()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Fails));
        var answer = await client.ReceiveAsync();
        Assert.Equal((int)ResponseCode.SystemError, answer.Header.Code);
        Assert.Contains("broken on purpose", answer.Remark, StringComparison.Ordinal);
        Assert.Equal(1, server.Meters["rocketmq_processor_failures_total", ""]);

        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, opaque: 9));
        Assert.Equal(9, (await client.ReceiveAsync()).Header.Opaque);
    }

    [Fact]
    public async Task A_refusal_answers_its_own_code()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Binary, TestServer.Refuses));
        var answer = await client.ReceiveAsync();
        Assert.Equal((int)ResponseCode.NoPermission, answer.Header.Code);
        Assert.Equal("not for you", answer.Remark);
    }

    [Fact]
    public async Task Frames_that_arrive_byte_by_byte_are_put_together()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        byte[] two =
        [
            .. RawClient.Frame(SerializeType.Json, TestServer.Echo, opaque: 1, 0, new() { { "a", "b" } }, [7]),
            .. RawClient.Frame(SerializeType.Binary, TestServer.Echo, opaque: 2, 0, new() { { "c", "d" } }, [8, 9]),
        ];
        for (int i = 0; i < two.Length; i++)
            await client.SendAsync(two.AsMemory(i, 1));
        Assert.Equal([7], (await client.ReceiveAsync()).Body);
        var second = await client.ReceiveAsync();
        Assert.Equal([8, 9], second.Body);
        Assert.Equal("d", second["c"]);
    }

    [Fact]
    public async Task Frames_of_all_sizes_pipelined_come_back_in_order_and_whole()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        int[] sizes = [0, 1, 8_000, 8_200, 16_384, 100_000, 3, 262_144, 4 * 1024 * 1024, 5, 1_000_000, 17];
        var random = new Random(20251121);
        byte[][] bodies = [.. sizes.Select(size => Bytes(random, size))];
        byte[] all =
        [
            .. bodies.SelectMany((body, i) => RawClient.Frame(SerializeType.Json, TestServer.Echo, i, 0, null, body)),
        ];
        var sending = client.SendAsync(all);
        for (int i = 0; i < bodies.Length; i++)
        {
            var answer = await client.ReceiveAsync();
            Assert.Equal(i, answer.Header.Opaque);
            Assert.Equal(bodies[i], answer.Body);
        }
        await sending;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(3_000_000)]
    public async Task A_body_by_reference_arrives_whole_and_is_released_once(int size)
    {
        var body = new SlicedBody(Bytes(new Random(7), size));
        var table = new ProcessorTable().Map(RequestCode.PullMessage, request => request.Begin(0).Send(body));
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, (int)RequestCode.PullMessage));
        var answer = await client.ReceiveAsync();
        Assert.Equal(Bytes(new Random(7), size), answer.Body);
        await TestServer.UntilAsync(() => body.Released == 1, "the release");
    }

    [Fact]
    public async Task A_body_for_a_connection_that_is_gone_is_released_too()
    {
        await using var server = new TestServer();
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds));
            await server.UntilHeldAsync(1);
        }
        await TestServer.UntilAsync(() => server.Server.ConnectionCount == 0, "the end of the connection");
        var body = new SlicedBody(new byte[1_000_000]);
        server.Held[0].Begin(ResponseCode.Success).Send(body);
        Assert.Equal(1, body.Released);
    }

    [Fact]
    public async Task A_kept_token_answers_later_and_from_another_thread()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, opaque: 5));
        await client.SendAsync(RawClient.Frame(SerializeType.Binary, TestServer.Holds, opaque: 6));
        await server.UntilHeldAsync(2);
        using (server.Server.Gather())
        {
            server.Held[1].Reply(ResponseCode.PullNotFound);
            server.Held[0].Reply(ResponseCode.Success, "late");
        }
        var first = await client.ReceiveAsync();
        var second = await client.ReceiveAsync();
        Assert.Equal((6, SerializeType.Binary), (first.Header.Opaque, first.Header.SerializeType));
        Assert.Equal((5, "late"), (second.Header.Opaque, second.Remark));
    }

    [Fact]
    public async Task A_processor_that_forgets_to_answer_is_answered_for()
    {
        var table = new ProcessorTable().Map(RequestCode.HeartBeat, _ => { });
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, (int)RequestCode.HeartBeat));
        var answer = await client.ReceiveAsync();
        Assert.Equal((int)ResponseCode.SystemError, answer.Header.Code);
        Assert.Equal("not set any response code", answer.Remark);
        Assert.Equal(0, server.Server.Connections.Single().InFlightRequests);
    }

    [Fact]
    public async Task Work_that_awaits_and_fails_still_answers()
    {
        var table = new ProcessorTable().Map(
            RequestCode.HeartBeat,
            request =>
                request.Token.Run(async _ =>
                {
                    await Task.Yield();
                    throw new RefusedException(ResponseCode.ConsumerNotOnline, "asleep");
                })
        );
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, (int)RequestCode.HeartBeat));
        Assert.Equal((int)ResponseCode.ConsumerNotOnline, (await client.ReceiveAsync()).Header.Code);
    }

    [Fact]
    public async Task The_end_of_a_batch_comes_after_all_frames_of_a_read()
    {
        var kept = new List<ReplyToken>();
        var table = new ProcessorTable().Map(RequestCode.SendMessage, request => kept.Add(request.Token));
        table.BatchEnded = () =>
        {
            kept.ForEach(token => token.Reply(ResponseCode.Success, $"{kept.Count}"));
            kept.Clear();
        };
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        byte[] ten = [.. Enumerable.Range(0, 10).SelectMany(i => RawClient.Frame(SerializeType.Binary, 10, i))];
        await client.SendAsync(ten);
        for (int i = 0; i < 10; i++)
            Assert.Equal("10", (await client.ReceiveAsync()).Remark);
    }

    [Fact]
    public async Task Opening_and_closing_are_told_once_each()
    {
        int opened = 0;
        int closed = 0;
        var table = new ProcessorTable
        {
            ConnectionOpened = _ => Interlocked.Increment(ref opened),
            ConnectionClosed = _ => Interlocked.Increment(ref closed),
        };
        await using var server = new TestServer(table: table);
        using (await server.ConnectAsync())
            await TestServer.UntilAsync(() => Volatile.Read(ref opened) == 1, "the opening");
        await TestServer.UntilAsync(() => Volatile.Read(ref closed) == 1, "the closing");
        Assert.Equal((1, 1), (opened, closed));
        Assert.Equal(1, server.Closed("peer_closed"));
    }

    [Fact]
    public async Task A_stop_ends_with_the_last_connection_not_with_the_next_tick_of_a_clock()
    {
        const int rounds = 200;
        for (var round = 0; round < rounds; round++)
        {
            var server = new TestServer(time: new SteppedTime());
            using var client = await server.ConnectAsync();
            await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo));
            if (round % 2 == 0)
                await client.ReceiveAsync();
            await server.Server.StopAsync(TimeSpan.FromSeconds(5)).WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(0, server.Server.ConnectionCount);
        }
    }

    [Fact]
    public async Task A_stop_gives_up_waiting_for_answers_when_its_time_is_up()
    {
        var time = new SteppedTime();
        var server = new TestServer(time: time);
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds));
        await server.UntilHeldAsync(1);
        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        await client.WaitForEndAsync();
    }

    [Fact]
    public async Task A_stop_waits_for_the_answers_to_what_was_received()
    {
        var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, opaque: 3));
        await server.UntilHeldAsync(1);
        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(20));
        Assert.False(stopping.IsCompleted);
        server.Held[0].Reply(ResponseCode.Success, "in time");
        Assert.Equal("in time", (await client.ReceiveAsync()).Remark);
        await stopping;
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("stopping"));
    }

    static byte[] Bytes(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
