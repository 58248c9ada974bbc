using System.Net;
using k8s.Autorest;
using Microsoft.Extensions.Logging;

namespace Operator.KubeClient.Queues;

/// <summary>
/// A fixed number of workers on a queue. A pass that throws is logged and comes again, later each time and for ever:
/// nothing is ever dropped.
/// </summary>
public sealed class WorkerPool<TKey>(
    WorkQueue<TKey> queue,
    int workers,
    Func<WorkItem<TKey>, CancellationToken, Task<WorkOutcome>> work,
    TimeProvider time,
    ILogger logger
)
    where TKey : notnull
{
    /// <summary>Until cancelled; passes that are under way are told so and waited for.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));

    async Task WorkAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // a pass that never waits must not keep its fellow workers from starting
        while (!cancellationToken.IsCancellationRequested)
        {
            WorkItem<TKey> item;
            try
            {
                item = await queue.TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await PassAsync(item, cancellationToken);
        }
    }

    async Task PassAsync(WorkItem<TKey> item, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            var outcome = await work(item, cancellationToken);
            if (outcome.Failed)
                queue.Retry(item.Key);
            else
                Succeeded(item.Key, outcome.NextAfter);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The program ends or leadership is lost; whoever comes next looks at everything anew.
        }
        catch (HttpOperationException e) when (e.Response?.StatusCode == HttpStatusCode.Conflict)
        {
            // Somebody changed the object between reading and writing: no fault, and the next pass sees the change.
            var (delay, _) = queue.Retry(item.Key);
            queue.Meters.Conflict(queue.Options.Name);
            KubeLog.WorkConflict(
                logger,
                queue.Options.Name,
                item.Key.ToString() ?? "",
                (long)delay.TotalMilliseconds,
                e.Message
            );
        }
        catch (Exception e)
        {
            var (delay, failures) = queue.Retry(item.Key);
            KubeLog.WorkFailed(
                logger,
                e,
                queue.Options.Name,
                item.Key.ToString() ?? "",
                failures,
                (long)delay.TotalMilliseconds
            );
        }
        finally
        {
            queue.Meters.Worked(queue.Options.Name, time.GetElapsedTime(began));
            queue.Done(item.Key);
        }
    }

    void Succeeded(TKey key, TimeSpan? nextAfter)
    {
        queue.Forget(key);
        if (nextAfter is { } delay)
            queue.AddAfter(key, delay);
    }
}
