using BenchmarkDotNet.Attributes;
using Broker.Protocol.Messages;

namespace Benchmarks.Micro;

/// <summary>
/// The checksum of a body: folded, and by the table that processors without carry-less multiplication use.
/// </summary>
public class CrcBenchmarks
{
    byte[] body = [];

    [Params(128, 1024, 65_536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        body = new byte[Bytes];
        new Random(Bytes).NextBytes(body);
    }

    [Benchmark(Baseline = true)]
    public uint ByTable() => Crc32.ByTable(~0u, body);

    [Benchmark]
    public uint Folded() => Crc32.Compute(body);
}
