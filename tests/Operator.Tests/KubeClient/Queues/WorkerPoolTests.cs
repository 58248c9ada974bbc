using System.Collections.Concurrent;
using System.Net;
using k8s.Autorest;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.KubeClient;
using Operator.KubeClient.Queues;
using Scenarios;

namespace Operator.Tests.KubeClient.Queues;

public sealed class WorkerPoolTests : IAsyncDisposable
{
    readonly ManualTime time = new();
    readonly WorkQueue<string> queue;
    readonly CancellationTokenSource stop = new();
    Task running = Task.CompletedTask;

    public WorkerPoolTests() =>
        queue = new WorkQueue<string>(new WorkQueueOptions { Name = "test" }, time, new Random(1), KubeMeters.Unread());

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        queue.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task A_pass_that_throws_comes_again_until_it_succeeds()
    {
        var passes = 0;
        var worked = new TaskCompletionSource();
        Start(_ =>
        {
            if (++passes < 12)
                throw passes % 2 == 0 ? new InvalidOperationException("no") : Conflict();
            worked.SetResult();
            return WorkOutcome.Done;
        });
        queue.Add("a");
        await time.AdvanceUntilAsync(() => worked.Task.IsCompleted, TimeSpan.FromSeconds(30));
        Assert.Equal(12, passes);
    }

    [Fact]
    public async Task A_pass_that_went_well_begins_the_count_of_failures_anew()
    {
        var failures = new ConcurrentQueue<int>();
        Start(item =>
        {
            failures.Enqueue(item.Failures);
            return failures.Count % 3 == 0 ? WorkOutcome.Done : WorkOutcome.Retry;
        });
        for (var round = 1; round <= 2; round++)
        {
            queue.Add("a");
            await time.AdvanceUntilAsync(() => failures.Count == 3 * round, TimeSpan.FromSeconds(1));
        }
        Assert.Equal([0, 1, 2, 0, 1, 2], failures);
    }

    [Fact]
    public async Task A_pass_can_ask_for_the_next_one()
    {
        var at = new ConcurrentQueue<DateTimeOffset>();
        Start(_ =>
        {
            at.Enqueue(time.GetUtcNow());
            return WorkOutcome.After(TimeSpan.FromMinutes(1));
        });
        queue.Add("a");
        await time.AdvanceUntilAsync(() => at.Count == 3, TimeSpan.FromSeconds(1));
        Assert.InRange(at.Last() - at.First(), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2.2));
    }

    [Fact]
    public async Task Only_so_many_passes_run_at_once()
    {
        var (now, most, done) = (0, 0, 0);
        running = new WorkerPool<string>(
            queue,
            3,
            async (_, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                Interlocked.Decrement(ref now);
                Interlocked.Increment(ref done);
                return WorkOutcome.Done;
            },
            time,
            NullLogger.Instance
        ).RunAsync(stop.Token);
        for (var i = 0; i < 50; i++)
            queue.Add($"{i}");
        await Eventually.TrueAsync(() => done == 50);
        Assert.InRange(most, 1, 3);
    }

    void Start(Func<WorkItem<string>, WorkOutcome> work) =>
        running = new WorkerPool<string>(
            queue,
            2,
            (item, _) => Task.FromResult(work(item)),
            time,
            NullLogger.Instance
        ).RunAsync(stop.Token);

    static HttpOperationException Conflict() =>
        new("409") { Response = new HttpResponseMessageWrapper { StatusCode = HttpStatusCode.Conflict } };
}
