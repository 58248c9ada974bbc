namespace Clients;

/// <summary>Waits for something that another process does, with a deadline instead of a guess.</summary>
public static class Eventually
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task TrueAsync(string what, Func<Task<bool>> condition, int limitSeconds = 30)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(limitSeconds));
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"Not within {limitSeconds} s: {what}");
            await Task.Delay(Pause);
        }
    }
}
