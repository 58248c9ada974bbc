using System.Net;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Fuzz;

/// <summary>
/// A whole broker under damaged frames of the codes of its clients: it may refuse and hang up, but it goes on serving.
/// </summary>
public sealed class FrameFuzzTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await StartAsync(Folder.Path, ("enablePropertyFilter", "true"));
        await Target.SendAsync("orders", "first", properties: "TAGS=t KEYS=k");
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public async Task A_broker_goes_on_serving(SerializeType type)
    {
        var inputs = new FuzzInput(FuzzRun.Seed, Good(type));
        var buffer = new byte[64 * 1024];
        for (var left = FuzzRun.Count(4_000); left > 0; )
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPEndPoint.Parse(Target.Address), Cancellation);
            try
            {
                for (var onThisConnection = 0; onThisConnection < 50 && left > 0; onThisConnection++, left--)
                {
                    await socket.SendAsync(Framed(inputs.Next(), type), Cancellation);
                    while (socket.Available > 0)
                        await socket.ReceiveAsync(buffer, Cancellation);
                }
            }
            catch (SocketException)
            {
                // The broker hung up, as it may.
            }
        }
        var answer = await Target.SendAsync("orders", "last");
        Assert.Equal(ResponseCode.Success, answer.Code);
        Assert.Equal(ResponseCode.Success, (await Target.PullAsync("orders")).Code);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A right frame around a damaged header and body: the damage is not only a matter of lengths.</summary>
    static byte[] Framed(ReadOnlySpan<byte> content, SerializeType type)
    {
        var header = Math.Min(content.Length, content.IndexOf("}}"u8) is >= 0 and var end ? end + 2 : content.Length);
        var frame = new byte[8 + content.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, 4 + content.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), (int)type << 24 | header);
        content.CopyTo(frame.AsSpan(8));
        return frame;
    }

    static byte[][] Good(SerializeType type)
    {
        var fields = new[] { SendFields("orders"), PullFields("orders"), SendFields("%RETRY%readers") };
        var bodies = new[] { "body"u8.ToArray(), """{"clientID":"c","consumerDataSet":[]}"""u8.ToArray(), [] };
        // What changes the broker's settings, or deletes, is left out: the last send must find its topic.
        RequestCode[] codes =
        [
            RequestCode.SendMessage,
            RequestCode.SendMessageV2,
            RequestCode.SendBatchMessage,
            RequestCode.PullMessage,
            RequestCode.LitePullMessage,
            RequestCode.HeartBeat,
            RequestCode.CheckClientConfig,
            RequestCode.QueryMessage,
            RequestCode.ViewMessageById,
            RequestCode.ConsumerSendMsgBack,
            RequestCode.QueryConsumerOffset,
            RequestCode.UpdateConsumerOffset,
            RequestCode.GetMaxOffset,
            RequestCode.SearchOffsetByTimestamp,
            RequestCode.GetConsumerListByGroup,
            RequestCode.UnregisterClient,
        ];
        return [.. from code in codes from field in fields from body in bodies select Content(type, code, field, body)];
    }

    static byte[] Content(SerializeType type, RequestCode code, FieldList fields, byte[] body)
    {
        var frame = new FrameWriter(type, (int)code, LanguageCode.Java, ClientVersion.Current, 1, 0, default);
        frame.Add(fields);
        frame.Finish(body.Length, body);
        var bytes = frame.Written[8..].ToArray();
        frame.Free();
        return bytes;
    }
}
