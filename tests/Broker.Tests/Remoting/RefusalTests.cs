using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Remoting;

/// <summary>
/// Bad input at the door: each of it ends its own connection, is counted with its reason, and leaves the others alone.
/// </summary>
public sealed class RefusalTests
{
    public static TheoryData<string, string> BadFrames =>
        new()
        {
            { "frame_length_invalid", "00000000" },
            { "frame_length_invalid", "00000003000000" },
            { "frame_length_invalid", "FFFFFFFF" },
            { "frame_length_invalid", "80000000" },
            { "frame_too_large", "7FFFFFFF" },
            { "frame_too_large", "01000001" },
            { "header_length_invalid", "00000008" + "00000005" },
            { "header_length_invalid", "00000004" + "00FFFFFF" },
            { "unknown_serializer", "00000006" + "02000002" + "7B7D" },
            { "unknown_serializer", "00000006" + "FF000002" + "7B7D" },
            { "header_not_json", "00000004" + "00000000" },
            { "header_not_json", "00000006" + "00000002" + "7B5D" },
            { "header_not_json", "00000008" + "00000004" + "6E756C6C" },
            { "header_bad_binary", "00000006" + "01000002" + "7B7D" },
            { "header_bad_binary", "00000019" + "01000015" + "000A000199000000010000000000000001" + "00000000" },
        };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task A_malformed_frame_ends_its_connection_only_and_is_counted(string reason, string hex)
    {
        await using var server = new TestServer();
        using var other = await server.ConnectAsync();
        using var client = await server.ConnectAsync();
        await client.SendAsync(Convert.FromHexString(hex));
        await client.WaitForEndAsync();

        await TestServer.UntilAsync(() => server.Closed(reason) == 1, reason);
        await other.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, opaque: 8));
        Assert.Equal(8, (await other.ReceiveAsync()).Header.Opaque);
    }

    [Fact]
    public async Task What_came_before_a_malformed_frame_is_still_handled()
    {
        int handled = 0;
        var table = new ProcessorTable().Map(RequestCode.HeartBeat, _ => Interlocked.Increment(ref handled));
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        byte[] good = RawClient.Frame(SerializeType.Json, 34, 1, Header.OnewayFlag);
        await client.SendAsync((byte[])[.. good, .. good, 0xFF, 0xFF, 0xFF, 0xFF]);
        await client.WaitForEndAsync();
        Assert.Equal(2, handled);
    }

    [Fact]
    public async Task More_fields_than_a_header_may_have_are_refused()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        var fields = new FieldList();
        for (int i = 0; i <= Fields.MaxFields; i++)
            fields.Add($"f{i}", i);
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, fields: fields));
        await client.WaitForEndAsync();
        await TestServer.UntilAsync(() => server.Closed("header_too_many_fields") == 1, "the count");
    }

    [Theory]
    [InlineData("\"KLINGON\"", LanguageCode.Other)]
    [InlineData("4711", LanguageCode.Other)]
    [InlineData("\"NODE_JS\"", LanguageCode.NodeJs)]
    [InlineData("null", LanguageCode.Other)]
    public async Task An_unknown_language_does_not_matter(string language, LanguageCode expected)
    {
        var seen = LanguageCode.Oms;
        var table = new ProcessorTable().Map(
            RequestCode.HeartBeat,
            request =>
            {
                seen = request.Language;
                request.Reply(ResponseCode.Success);
            }
        );
        await using var server = new TestServer(table: table);
        using var client = await server.ConnectAsync();
        string header = $$"""{"code":34,"language":{{language}},"version":121,"opaque":1,"flag":0,"extFields":null}""";
        await client.SendAsync(
            (byte[])
                [
                    0,
                    0,
                    0,
                    (byte)(4 + header.Length),
                    0,
                    0,
                    0,
                    (byte)header.Length,
                    .. System.Text.Encoding.UTF8.GetBytes(header),
                ]
        );
        Assert.Equal(0, (await client.ReceiveAsync()).Header.Code);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed_after_the_idle_time_and_not_before()
    {
        var time = new SteppedTime();
        await using var server = new TestServer(time: time);
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo));
        await client.ReceiveAsync();
        await Task.WhenAll(server.Server.Connections.Select(c => c.DrainedAsync()));
        time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(1, server.Server.ConnectionCount);
        time.Advance(TimeSpan.FromSeconds(2));
        await client.WaitForEndAsync();
        Assert.Equal(1, server.Closed("idle_timeout"));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_not_read_from_any_more_and_closed_in_the_end()
    {
        var time = new SteppedTime();
        int served = 0;
        byte[] large = new byte[256 * 1024];
        var table = new ProcessorTable().Map(
            RequestCode.PullMessage,
            request =>
            {
                Interlocked.Increment(ref served);
                request.Reply(large);
            }
        );
        // On a busy machine the clock may go on before the first send begins: that must not count as idle.
        var options = new RemotingOptions { IdleTimeout = TimeSpan.MaxValue };
        await using var server = new TestServer(options, time, table);
        using var client = await server.ConnectAsync();
        byte[] pull = RawClient.Frame(SerializeType.Binary, (int)RequestCode.PullMessage);
        var flood = Task.Run(async () =>
        {
            while (true)
                await client.SendAsync(pull);
        });
        await TestServer.UntilAsync(
            () => server.Server.Connections.Any(c => c.PendingOutputBytes > 512 * 1024),
            "a pause"
        );
        await TestServer.UntilAsync(
            () =>
            {
                // Whatever still fits the sockets' buffers is progress, so the time goes on more than once.
                time.Advance(TimeSpan.FromSeconds(10));
                return server.Closed("slow_reader") == 1;
            },
            "the close"
        );
        await Assert.ThrowsAnyAsync<Exception>(() => flood);
        // What both sockets' buffers hold and 1 MiB: some dozens. Each of its thousands of requests would be 256 KiB.
        Assert.InRange(served, 4, 256);
    }

    [Fact]
    public async Task Answers_that_pile_up_beyond_the_limit_close_the_connection()
    {
        await using var server = new TestServer(new RemotingOptions { OutputBytesMax = 8 * 1024 * 1024 });
        using var client = await server.ConnectAsync();
        for (int i = 0; i < 40; i++)
            await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, opaque: i));
        await server.UntilHeldAsync(40);
        byte[] large = new byte[1024 * 1024];
        foreach (var token in server.Held)
            token.Begin(ResponseCode.Success).Send(large);
        Assert.Equal(1, server.Closed("output_limit"));
        await client.WaitForEndAsync();
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_a_place_that_became_free_is_used()
    {
        await using var server = new TestServer(new RemotingOptions { ConnectionsMax = 2 });
        using var first = await server.ConnectAsync();
        using var second = await server.ConnectAsync();
        await TestServer.UntilAsync(() => server.Server.ConnectionCount == 2, "two connections");
        using var third = await server.ConnectAsync();
        await third.WaitForEndAsync();
        Assert.Equal(1, server.Closed("connection_limit"));
        first.Dispose();
        await TestServer.UntilAsync(() => server.Server.ConnectionCount == 1, "a free place");
        using var fourth = await server.ConnectAsync();
        await fourth.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, opaque: 4));
        Assert.Equal(4, (await fourth.ReceiveAsync()).Header.Opaque);
    }

    [Theory]
    [InlineData("inflight_requests_per_connection")]
    [InlineData("inflight_bytes_per_connection")]
    [InlineData("inflight_bytes_total")]
    public async Task Requests_beyond_what_may_be_under_way_are_answered_busy(string limit)
    {
        var options = new RemotingOptions();
        if (limit == "inflight_requests_per_connection")
            options.InFlightRequestsPerConnection = 2;
        else if (limit == "inflight_bytes_per_connection")
            options.InFlightBytesPerConnection = 2500;
        else
            options.InFlightBytesMax = 2500;
        await using var server = new TestServer(options);
        using var client = await server.ConnectAsync();
        for (int i = 1; i <= 3; i++)
            await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, i, 0, null, new byte[1000]));
        var busy = await client.ReceiveAsync();
        Assert.Equal((3, (int)ResponseCode.SystemBusy), (busy.Header.Opaque, busy.Header.Code));
        Assert.StartsWith("[OVERLOAD]", busy.Remark, StringComparison.Ordinal);
        Assert.Equal(1, server.Meters["rocketmq_requests_refused_total", limit]);

        server.Held[0].Reply(ResponseCode.Success);
        Assert.Equal(1, (await client.ReceiveAsync()).Header.Opaque);
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, 4, 0, null, new byte[1000]));
        await server.UntilHeldAsync(3);
    }

    [Fact]
    public async Task One_way_requests_count_like_others_and_are_dropped_beyond_the_limit()
    {
        await using var server = new TestServer(new RemotingOptions { InFlightBytesPerConnection = 2500 });
        using var client = await server.ConnectAsync();
        for (int i = 1; i <= 3; i++)
            await client.SendAsync(OneWay(TestServer.Holds, i, new byte[1000]));
        await TestServer.UntilAsync(
            () => server.Meters["rocketmq_requests_refused_total", "inflight_bytes_per_connection"] == 1,
            "the refusal"
        );
        await server.UntilHeldAsync(2);
        server.Held[0].Dismiss();
        server.Held[1].Reply(ResponseCode.Success);
        for (int i = 4; i <= 50; i++)
            await client.SendAsync(OneWay(TestServer.Echo, i, new byte[1000]));
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, 51, 0, null, new byte[1000]));
        var answer = await client.ReceiveAsync();
        Assert.Equal((51, (int)ResponseCode.Success), (answer.Header.Opaque, answer.Header.Code));
        Assert.Equal(0, Assert.Single(server.Server.Connections).InFlightRequests);
        Assert.Equal(1, server.Meters["rocketmq_requests_refused_total", "inflight_bytes_per_connection"]);
    }

    [Fact]
    public async Task Half_a_frame_holds_what_has_arrived_whatever_it_announces()
    {
        await using var server = new TestServer(new RemotingOptions { InputBytesMax = 512 * 1024 });
        var halves = new List<RawClient>();
        for (int i = 0; i < 8; i++)
        {
            var half = await server.ConnectAsync();
            halves.Add(half);
            await half.SendAsync((byte[])[0, 0xFF, 0xFF, 0, 0, 0, 0, 100]);
            // Each of these was a read that doubled the buffer.
            for (int k = 0; k < 12; k++)
            {
                await half.SendAsync((byte[])[(byte)'{']);
                using var probe = await server.ConnectAsync();
                await probe.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, 1));
                await probe.ReceiveAsync();
            }
        }
        Assert.All(server.Server.Connections, one => Assert.Equal(0, one.InputCharge));
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, 2, 0, null, new byte[100_000]));
        Assert.Equal(100_000, (await client.ReceiveAsync()).Body.Length);
        Assert.Equal(0, server.Closed("input_memory_limit"));
        halves.ForEach(half => half.Dispose());
    }

    [Fact]
    public async Task When_the_memory_is_used_up_the_connection_that_holds_most_makes_way()
    {
        await using var server = new TestServer(new RemotingOptions { InputBytesMax = 1024 * 1024 });
        using var large = await server.ConnectAsync();
        byte[] frame = RawClient.Frame(SerializeType.Json, TestServer.Echo, 1, 0, null, new byte[4 * 1024 * 1024]);
        await large.SendAsync(frame.AsMemory(0, 700 * 1024));
        await TestServer.UntilAsync(
            () => server.Server.Connections.Any(one => one.InputCharge >= 1 << 20),
            "the bytes"
        );
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, 2, 0, null, new byte[300_000]));
        Assert.Equal(300_000, (await client.ReceiveAsync()).Body.Length);
        await large.WaitForEndAsync();
        Assert.Equal(1, server.Closed("input_memory_limit"));
    }

    static byte[] OneWay(int code, int opaque, byte[] body) =>
        RawClient.Frame(SerializeType.Json, code, opaque, flag: 2, null, body);

    [Fact]
    public async Task Long_frames_share_a_bounded_amount_of_memory()
    {
        await using var server = new TestServer(new RemotingOptions { InputBytesMax = 1024 * 1024 });
        using var client = await server.ConnectAsync();
        byte[] frame = RawClient.Frame(SerializeType.Json, TestServer.Echo, 1, 0, null, new byte[4 * 1024 * 1024]);
        var sending = client.SendAsync(frame);
        await TestServer.UntilAsync(() => server.Closed("input_memory_limit") == 1, "the close");
        await client.WaitForEndAsync();
        await Record.ExceptionAsync(() => sending);
    }
}
