using System.Diagnostics;

namespace Operator.Tests.KubeClient;

/// <summary>Waits for what another task brings about.</summary>
static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string? what = null)
    {
        var deadline = Stopwatch.GetTimestamp() + 20 * Stopwatch.Frequency;
        while (!condition())
        {
            Assert.True(Stopwatch.GetTimestamp() < deadline, what ?? "did not come true in 20 s");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }
    }
}
