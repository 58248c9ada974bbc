using Broker.Store;
using Xunit;

namespace Broker.Tests.Store;

public sealed class BackgroundWorkerTests
{
    /// <summary>The field of /proc/thread-self/stat, counted from the thread's state (proc(5)).</summary>
    const int NiceAt = 16;

    const string Lowest = "19";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_thread_of_low_priority_yields_the_processor(bool isLow)
    {
        var before = Niceness();
        var during = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using (
            var worker = new BackgroundWorker(
                "low?",
                intervalMs: -1,
                TimeProvider.System,
                () => during.TrySetResult(Niceness()),
                failure => during.TrySetException(failure),
                isLow
            )
        )
        {
            worker.Ask();
            var nice = await during.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(isLow ? Lowest : before, nice);
        }

        // Not the whole process.
        Assert.Equal(before, Niceness());
    }

    /// <summary>Of this thread. Its name, which may hold blanks, ends with a bracket.</summary>
    static string Niceness()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[NiceAt];
    }
}
