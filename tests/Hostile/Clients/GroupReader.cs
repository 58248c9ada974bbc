using System.Collections.Concurrent;
using Broker.Protocol;

namespace Hostile.Clients;

/// <summary>
/// A consumer group of one member: reads the normal topic's queues from its committed positions, commits after each
/// pull, and begins at the committed positions again after every failure.
/// </summary>
sealed class GroupReader(Scene scene, string group) : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, int> seen = new();
    CancellationTokenSource end = new();
    Task work = Task.CompletedTask;

    /// <summary>Body -> how often it came.</summary>
    public IReadOnlyDictionary<string, int> Seen => seen;

    /// <summary>Waits after each pull: a slow consumer.</summary>
    public TimeSpan Pace { get; set; }

    public int Count { get; init; } = 32;

    public static async Task PositionsMustHoldAsync(Scene scene, Client client, string group)
    {
        for (var queue = 0; queue < Load.NormalQueues; queue++)
        {
            long max = await client.MaxAsync(Load.Normal, queue);
            long position = await client.OffsetAsync(group, Load.Normal, queue);
            scene.Say($"{group} stands at {position} of queue {queue}, which ends at {max}");
            Scene.Must(position <= max, $"{group} stands at {position} of queue {queue}, which ends at {max}");
        }
    }

    public void Start()
    {
        end = new CancellationTokenSource();
        work = Task.WhenAll(Enumerable.Range(0, Load.NormalQueues).Select(ReadAsync));
    }

    public async Task StopAsync()
    {
        await end.CancelAsync();
        await work;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        end.Dispose();
    }

    async Task ReadAsync(int queue)
    {
        await Task.Yield();
        while (!end.IsCancellationRequested)
        {
            try
            {
                await using var client = await scene.ClientAsync();
                long at = Math.Max(0, await client.OffsetAsync(group, Load.Normal, queue));
                while (!end.IsCancellationRequested)
                    at = await StepAsync(client, queue, at);
            }
            catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
            {
                await Task.Delay(100);
            }
        }
    }

    async Task<long> StepAsync(Client client, int queue, long at)
    {
        client.Patience = TimeSpan.FromSeconds(20);
        var pulled = await client.PullAsync(Load.Normal, queue, at, group, Count, suspendMs: 500);
        foreach (var message in pulled.Messages)
            seen.AddOrUpdate(message.Body.TrimEnd(), 1, (_, count) => count + 1);
        if (pulled.Next != at)
            await client.CommitOffsetAsync(group, Load.Normal, queue, pulled.Next);
        if (pulled.Code is not (ResponseCode.Success or ResponseCode.PullNotFound))
            await Task.Delay(50);
        await Task.Delay(Pace);
        return pulled.Next;
    }
}
