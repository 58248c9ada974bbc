using BenchmarkDotNet.Attributes;
using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Benchmarks.Micro;

/// <summary>
/// The header of a send, as the Java client writes it: decode with all fields read, and the answer's encode.
/// </summary>
[MemoryDiagnoser]
public class HeaderBenchmarks
{
    readonly Header header = new();
    byte[] sent = [];
    byte[] received = [];

    [Params(SerializeType.Json, SerializeType.Binary)]
    public SerializeType Type { get; set; }

    [GlobalSetup]
    public void Write()
    {
        var frame = new FrameWriter(Type, 310, LanguageCode.Java, 479, 7, 0, default);
        frame.Field("a"u8, "bench_producer"u8);
        frame.Field("b"u8, "BenchmarkTest"u8);
        frame.Field("c"u8, "TBW102"u8);
        frame.Field("d"u8, 4);
        frame.Field("e"u8, 3);
        frame.Field("f"u8, 0);
        frame.Field("g"u8, 1_700_000_000_123);
        frame.Field("h"u8, 0);
        frame.Field(
            "i"u8,
            "UNIQ_KEY\u00017F00000100002A9F00000000000009B2\u0002WAIT\u0001true\u0002TAGS\u0001TagA\u0002"u8
        );
        frame.Field("j"u8, 0);
        frame.Field("k"u8, false);
        frame.Field("m"u8, false);
        frame.Finish(0);
        sent = frame.Written[8..].ToArray();
        received = [.. sent];
        frame.Free();
    }

    [Benchmark]
    public long Decode()
    {
        // Decoding JSON undoes its escapes in place, so every round needs the bytes as they came.
        sent.CopyTo(received, 0);
        HeaderDecoder.Decode(received, 0, received.Length, (byte)Type, header);
        var read = new FieldReader(header.Fields);
        return read.Text("a"u8).Length
            + read.Text("b"u8).Length
            + read.Int("d"u8)
            + read.Int("e"u8)
            + read.Int("f"u8)
            + read.Long("g"u8)
            + read.Int("h"u8)
            + read.Text("i"u8).Length
            + read.Int("j"u8);
    }

    [Benchmark]
    public int Answer()
    {
        var frame = new FrameWriter(Type, 0, LanguageCode.Java, 479, 7, 1, default);
        frame.Field("queueId"u8, 3);
        frame.Field("transactionId"u8, "7F00000100002A9F00000000000009B2"u8);
        frame.Field("msgId"u8, "7F00000100002A9F00000000000009B2"u8);
        frame.Field("TRACE_ON"u8, true);
        frame.Field("MSG_REGION"u8, "DefaultRegion"u8);
        frame.Field("queueOffset"u8, 123_456);
        frame.Finish(0);
        int length = frame.Written.Length;
        frame.Free();
        return length;
    }
}
