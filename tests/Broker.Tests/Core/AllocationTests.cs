using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Xunit;

namespace Broker.Tests.Core;

/// <summary>
/// The hot paths allocate nothing per message. Measured over a plain socket that itself allocates nothing, in the same
/// process; what is left is shared by thousands of messages.
/// </summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests(ITestOutputHelper output) : BrokerTest
{
    /// <summary>Timers, metrics, an occasional larger buffer: spread over the messages of a run.</summary>
    const int BytesPerMessageMax = 16;

    /// <summary>Over a million messages: a third of the smallest object, 24 bytes, for what they share.</summary>
    const int BytesOfManyMax = 8;

    const int Million = 1_000_000;

    const int FramesPerWrite = 50;

    public override async ValueTask InitializeAsync()
    {
        // Files as large as in production, or each new one is on the account of a few messages.
        Target = await TestBroker.StartAsync(
            Folder.Path,
            ("enablePropertyFilter", "true"),
            ("mappedFileSizeCommitLog", "268435456"),
            ("mappedFileSizeConsumeQueue", "6000000"),
            ("maxIndexNum", "2000000")
        );
        await Target.SendAsync("orders", "first");
    }

    [Theory]
    [InlineData(SerializeType.Json)]
    [InlineData(SerializeType.Binary)]
    public void A_send_allocates_nothing(SerializeType type)
    {
        var properties = TestBroker.Properties("TAGS=tag KEYS=key UNIQ_KEY=7F00000100002A9F00000000000009B2 WAIT=true");
        var frame = Frame(type, RequestCode.SendMessage, TestBroker.SendFields("orders", 0, properties), new byte[256]);
        Assert.InRange(BytesPerFrame(frame), 0, BytesPerMessageMax);
    }

    [Fact]
    public void A_send_without_an_id_allocates_nothing()
    {
        var frame = Frame(SerializeType.Json, RequestCode.SendMessage, TestBroker.SendFields("orders"), new byte[256]);
        Assert.InRange(BytesPerFrame(frame), 0, BytesPerMessageMax);
    }

    [Fact]
    public void A_pull_allocates_nothing()
    {
        var frame = Frame(SerializeType.Json, RequestCode.PullMessage, TestBroker.PullFields("orders"), []);
        Assert.InRange(BytesPerFrame(frame), 0, BytesPerMessageMax);
    }

    [Fact]
    public void A_million_sends_allocate_no_object_each()
    {
        var properties = TestBroker.Properties("TAGS=tag UNIQ_KEY=7F00000100002A9F00000000000009B2 WAIT=true");
        var fields = TestBroker.SendFields("orders", 0, properties);
        var frame = Frame(SerializeType.Binary, RequestCode.SendMessage, fields, new byte[128]);
        Assert.InRange(BytesPerFrame(frame, Million / FramesPerWrite), 0, BytesOfManyMax);
    }

    [Fact]
    public async Task A_million_pulled_messages_allocate_no_object_each()
    {
        const int perPull = 32;
        await FillAsync(2 * perPull);
        var frame = Frame(SerializeType.Binary, RequestCode.PullMessage, TestBroker.PullFields("orders"), []);
        var each = BytesPerFrame(frame, Million / perPull / FramesPerWrite) / perPull;
        Assert.InRange(each, 0, BytesOfManyMax);
    }

    [Fact]
    public async Task A_pull_with_an_sql_filter_allocates_nothing()
    {
        for (var i = 0; i < 16; i++)
            await Target.SendAsync("orders", $"{i}", properties: $"price={i} name=n{i % 3}");
        var sql = ("subscription", (object)"price BETWEEN 3 AND 7.5 AND name IN ('n0', 'n1') OR price = 15");
        var fields = TestBroker.PullFields("orders", 1, 0, "readers", sql, ("expressionType", "SQL92"));
        Assert.Equal(
            5,
            TestBroker
                .Messages(
                    await Target.Client.InvokeAsync(RequestCode.PullMessage, fields, default, TestBroker.Patience)
                )
                .Count
        );
        Assert.InRange(
            BytesPerFrame(Frame(SerializeType.Json, RequestCode.PullMessage, fields, [])),
            0,
            BytesPerMessageMax
        );
    }

    [Fact]
    public async Task Pops_and_acknowledgements_allocate_nothing()
    {
        const int warmUp = 300;
        const int rounds = 600;
        await FillAsync((warmUp + rounds + 1) * PopCycle.Messages);
        using var cycle = new PopCycle(Target.Address, "orders");
        for (var round = 0; round < warmUp; round++)
            cycle.Run();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var round = 0; round < rounds; round++)
            cycle.Run();
        var each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / (rounds * PopCycle.Messages);
        output.WriteLine($"{each:F2} bytes per message");
        Assert.InRange(each, 0, BytesPerMessageMax);
        Assert.Equal((warmUp + rounds) * PopCycle.Messages, cycle.Popped);
    }

    async Task FillAsync(int messages)
    {
        var sends = new List<Task>();
        for (var i = 0; i < messages; i++)
        {
            sends.Add(Target.SendAsync("orders", "some text"));
            if (sends.Count < 200)
                continue;
            await Task.WhenAll(sends);
            sends.Clear();
        }
        await Task.WhenAll(sends);
    }

    double BytesPerFrame(byte[] frame, int rounds = 2_000)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPEndPoint.Parse(Target.Address));
        var many = Enumerable.Repeat(frame, FramesPerWrite).SelectMany(b => b).ToArray();
        var buffer = new byte[1 << 20];
        Run(socket, many, buffer, rounds: 200);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Run(socket, many, buffer, rounds);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var each = (double)allocated / (rounds * FramesPerWrite);
        output.WriteLine($"{each:F2} bytes per message");
        return each;
    }

    static void Run(Socket socket, byte[] frames, byte[] buffer, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            socket.Send(frames);
            ReadAnswers(socket, buffer);
        }
    }

    static void ReadAnswers(Socket socket, byte[] buffer)
    {
        var filled = 0;
        for (var answers = 0; answers < FramesPerWrite; )
        {
            filled += socket.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None);
            var at = 0;
            while (filled - at >= 4 && BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)) <= filled - at - 4)
            {
                at += 4 + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));
                answers++;
            }
            buffer.AsSpan(at, filled - at).CopyTo(buffer);
            filled -= at;
        }
    }

    static byte[] Frame(SerializeType type, RequestCode code, FieldList fields, byte[] body)
    {
        var frame = new FrameWriter(type, (int)code, LanguageCode.Java, ClientVersion.Current, 1, 0, default);
        frame.Add(fields);
        frame.Finish(body.Length, body);
        var bytes = frame.Written.ToArray();
        frame.Free();
        return bytes;
    }
}
