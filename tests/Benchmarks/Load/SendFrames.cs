using System.Buffers;
using System.Net;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary>Makes the send requests of one connection, queue after queue.</summary>
sealed class SendFrames(Target target, SendSettings settings)
{
    /// <summary>The producer group of every message.</summary>
    public static ReadOnlySpan<byte> Group => "bench_producer"u8;

    readonly UniqueIdSource ids = new(
        new HostAddress(IPAddress.Loopback, 0),
        Environment.ProcessId,
        Environment.TickCount,
        TimeProvider.System
    );
    readonly byte[] id = new byte[OffsetMessageId.CharsMax];
    readonly byte[] body = Random(settings.Bytes);
    readonly ArrayBufferWriter<byte> batch = new();
    readonly string[] topics =
        settings.Topics == 0
            ? [target.Topic]
            : [.. Enumerable.Range(0, settings.Topics).Select(number => Target.Numbered(target.Topic, number))];
    long next;

    /// <summary>Adds a request to what the socket sends next.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="opaque">The request's number.</param>
    /// <param name="sysFlag">See <see cref="SysFlag"/>.</param>
    /// <param name="more">Further properties, in stored form.</param>
    public void Append(FrameSocket socket, int opaque, int sysFlag = 0, ReadOnlySpan<byte> more = default)
    {
        bool batched = settings.Batch > 1;
        var code = batched ? RequestCode.SendBatchMessage : RequestCode.SendMessageV2;
        var type = settings.Json ? SerializeType.Json : SerializeType.Binary;
        var properties = new PropertiesWriter(stackalloc byte[256]);
        properties.Add(PropertyNames.UniqueKey, id.AsSpan(0, ids.Next(id)));
        properties.Add(PropertyNames.WaitStored, "true"u8);
        properties.Copy(more);
        var frame = new FrameWriter(type, (int)code, LanguageCode.DotNet, ClientVersion.Current, opaque, 0, default);
        frame.Field("a"u8, Group);
        frame.Field("b"u8, topics[next % topics.Length]);
        frame.Field("c"u8, "TBW102"u8);
        frame.Field("d"u8, 4);
        frame.Field("e"u8, next / topics.Length % target.Queues);
        next++;
        frame.Field("f"u8, sysFlag);
        frame.Field("g"u8, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        frame.Field("h"u8, 0);
        frame.Field("i"u8, properties.Written);
        frame.Field("j"u8, 0);
        frame.Field("k"u8, false);
        frame.Field("m"u8, batched);
        var sent = batched ? Parts(properties.Written) : body;
        frame.Finish(sent.Length, sent);
        socket.Append(frame.Written);
        frame.Free();
        properties.Free();
    }

    ReadOnlySpan<byte> Parts(ReadOnlySpan<byte> properties)
    {
        batch.ResetWrittenCount();
        for (int i = 0; i < settings.Batch; i++)
            BatchWriter.Add(batch, 0, body, properties);
        return batch.WrittenSpan;
    }

    static byte[] Random(int bytes)
    {
        byte[] content = new byte[bytes];
        new System.Random(bytes).NextBytes(content);
        return content;
    }
}
