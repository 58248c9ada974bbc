using System.Net;
using Broker.Protocol;
using Broker.Remoting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Broker.Tests.Remoting;

public sealed class CoalescingTests
{
    [Fact]
    public async Task Sixty_four_requests_of_one_read_are_answered_in_one_send()
    {
        byte[] requests =
        [
            .. Enumerable
                .Range(0, 64)
                .SelectMany(i => RawClient.Frame(SerializeType.Binary, 10, i, 0, null, new byte[20])),
        ];
        var transport = new ScriptedTransport(requests, readBytes: int.MaxValue);
        await RunAsync(
            transport,
            new ProcessorTable().Map(RequestCode.SendMessage, r => r.Reply(ResponseCode.Success))
        );
        Assert.Equal(1, transport.Sends);
        Assert.Equal(64, transport.SentFrames);
    }

    [Fact]
    public async Task Answers_to_other_connections_leave_in_one_send_each_when_the_batch_ends()
    {
        var waiting = new List<ReplyToken>();
        var table = new ProcessorTable()
            .Map(RequestCode.PullMessage, request => waiting.Add(request.Token))
            .Map(
                RequestCode.SendMessage,
                request =>
                {
                    waiting.ForEach(token => token.Reply(ResponseCode.Success));
                    request.Reply(ResponseCode.Success);
                }
            );
        using var environment = Environment(table);
        byte[] pulls = [.. Enumerable.Range(0, 20).SelectMany(i => RawClient.Frame(SerializeType.Json, 11, i))];
        var pulling = new ScriptedTransport(pulls, int.MaxValue) { StaysOpen = true };
        var sending = new ScriptedTransport(RawClient.Frame(SerializeType.Json, 10, 1), int.MaxValue);
        var pullingRun = Connect(environment, pulling, 1).RunAsync(null);
        await Connect(environment, sending, 2).RunAsync(null);
        Assert.Equal((1, 1), (sending.Sends, sending.SentFrames));
        Assert.Equal((1, 20), (pulling.Sends, pulling.SentFrames));
        pulling.Dispose();
        await pullingRun;
    }

    [Fact]
    public async Task A_steady_stream_is_decoded_and_answered_without_allocating()
    {
        const int Frames = 200_000;
        byte[] thousand =
        [
            .. Enumerable
                .Range(0, 1000)
                .SelectMany(i =>
                    RawClient.Frame(
                        i % 2 == 0 ? SerializeType.Binary : SerializeType.Json,
                        310,
                        i,
                        0,
                        new()
                        {
                            { "a", "group" },
                            { "b", "topic" },
                            { "e", 3 },
                            { "i", "KEYS\u0001k\u0002TAGS\u0001t\u0002" },
                        },
                        new byte[128]
                    )
                ),
        ];
        var transport = new ScriptedTransport(thousand, int.MaxValue) { Rounds = Frames / 1000 };
        long sum = 0;
        var table = new ProcessorTable().Map(
            RequestCode.SendMessageV2,
            request =>
            {
                var read = request.Read();
                sum +=
                    read.Text("b"u8).Length + read.Int("e"u8) + read.OptionalText("i"u8).Length + request.Body.Length;
                var reply = request.Begin(read.Failed ? ResponseCode.SystemError : ResponseCode.Success);
                reply.Field("msgId"u8, "7F00000100002A9F00000000000009B2"u8);
                reply.Field("queueId"u8, 3);
                reply.Field("queueOffset"u8, sum);
                reply.Send();
            }
        );
        await RunAsync(transport, table);
        Assert.Equal(Frames, transport.SentFrames);
        Assert.Equal(Frames * (5L + 3 + 14 + 128), sum);
        // A debug build allocates its state machines once a batch, some dozens of bytes; nothing may grow with the
        // frames.
        Assert.InRange(transport.AllocatedBytes, 0, Frames / 2);
    }

    static async Task RunAsync(ScriptedTransport transport, ProcessorTable table)
    {
        using var environment = Environment(table);
        await Connect(environment, transport, 1).RunAsync(null);
    }

    static ConnectionEnvironment Environment(ProcessorTable table) =>
        new(new RemotingOptions(), table, null, new SteppedTime(), NullLogger.Instance);

    static Connection Connect(ConnectionEnvironment environment, ScriptedTransport transport, long id) =>
        new(environment, transport, id, new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2));
}
