using BenchmarkDotNet.Attributes;
using Broker.Protocol.Messages;

namespace Benchmarks.Micro;

/// <summary>A stored message: encode with its checksum, and decode with a look for its tag.</summary>
[MemoryDiagnoser]
public class MessageBenchmarks
{
    readonly byte[] host = [127, 0, 0, 1, 0, 0, 0x2A, 0x9F];
    byte[] body = [];
    byte[] stored = [];

    [Params(128, 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        body = new byte[Bytes];
        stored = new byte[Bytes + 1024];
        Encode();
    }

    [Benchmark]
    public int Encode()
    {
        var parts = new MessageParts
        {
            Topic = "BenchmarkTest"u8,
            Body = body,
            BodyCrc = Crc32.OfBody(body),
            Properties =
                "UNIQ_KEY\u00017F00000100002A9F00000000000009B2\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002"u8,
            AddedProperties = "MSG_REGION\u0001DefaultRegion\u0002TRACE_ON\u0001true\u0002"u8,
            BornHost = host,
            StoreHost = host,
        };
        return MessageEncoder.Encode(parts, stored);
    }

    [Benchmark]
    public int Decode()
    {
        MessageView.Read(stored, out var message);
        return message.TryGetProperty(PropertyNames.Tags, out var tag) ? JavaHash.Of(tag) : 0;
    }
}
