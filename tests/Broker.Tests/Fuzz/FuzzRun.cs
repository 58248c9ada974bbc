using Xunit;

namespace Broker.Tests.Fuzz;

/// <summary>Feeds a parser; what it throws is reported with the input that made it.</summary>
static class FuzzRun
{
    /// <summary>What stays allocated after a run may be caches and pools, which are bounded.</summary>
    const long GrowthMax = 32 * 1024 * 1024;

    /// <summary>
    /// Inputs per parser. A second's work by default; <c>BROKER_FUZZ_COUNT=1000000</c> is millions over all parsers.
    /// </summary>
    public static int Count(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("BROKER_FUZZ_COUNT"), out var count) ? count : usual;

    /// <summary><c>BROKER_FUZZ_SEED</c>, or the same each time.</summary>
    public static int Seed =>
        int.TryParse(Environment.GetEnvironmentVariable("BROKER_FUZZ_SEED"), out var seed) ? seed : 20_251_121;

    public delegate void Parser(Span<byte> input);

    /// <summary>Runs a parser over so many inputs; fails with the first that it throws at.</summary>
    public static void Over(FuzzInput inputs, int count, Parser parser)
    {
        for (var i = 0; i < count / 10; i++)
            Feed(inputs, parser, i);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < count; i++)
            Feed(inputs, parser, i);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, GrowthMax);
    }

    static void Feed(FuzzInput inputs, Parser parser, int number)
    {
        var input = inputs.Next();
        var copy = input.ToArray();
        try
        {
            parser(input);
        }
        catch (Exception failure)
        {
            Assert.Fail($"seed {Seed}, input {number}: {Convert.ToHexString(copy)}\n{failure}");
        }
    }
}
