using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>Waits for what another thread of the node does soon.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Asks again and again until it is so.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        using var late = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.False(late.IsCancellationRequested, "It did not become so in time.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
