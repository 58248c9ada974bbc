using System.Diagnostics;
using Broker.Protocol;

namespace Hostile.Clients;

/// <summary>
/// A quiet honest client that asks one thing after the other while somebody else misbehaves. A trial asks how many
/// answers it got and how long it waited longest, in seconds: its bounds are far above what a busy machine does.
/// </summary>
sealed class Probe(Scene scene) : IAsyncDisposable
{
    readonly CancellationTokenSource end = new();
    Task work = Task.CompletedTask;
    long waitingSince;
    double longest;
    int answers;
    int cuts;

    /// <summary>Whether it sends and pulls, or only asks for heartbeats, offsets and routes, which need no
    /// disk.</summary>
    public bool Sends { get; init; } = true;

    public int Answers => answers;

    /// <summary>Connections that it lost.</summary>
    public int Cuts => cuts;

    /// <summary>The longest wait so far, the one under way included.</summary>
    public double LongestSeconds =>
        Math.Max(
            Volatile.Read(ref longest),
            waitingSince == 0 ? 0 : Stopwatch.GetElapsedTime(waitingSince).TotalSeconds
        );

    public async Task StartAsync()
    {
        await using (var client = await scene.ClientAsync())
            await client.CreateTopicAsync("probe");
        work = RunAsync();
    }

    /// <summary>Forgets how long it waited so far: the fault begins now.</summary>
    public void Reset()
    {
        Volatile.Write(ref longest, 0);
        answers = cuts = 0;
    }

    /// <summary>Was it served all the time?</summary>
    public void MustBeServed(double seconds, int answersAtLeast = 1)
    {
        scene.Figure("probe answers", answers);
        scene.Figure("longest wait", $"{LongestSeconds:F1} s");
        Scene.Must(cuts == 0, $"an honest client was cut {cuts} times");
        Scene.Must(LongestSeconds < seconds, $"an honest client waited {LongestSeconds:F1} s, more than {seconds} s");
        Scene.Must(answers >= answersAtLeast, $"an honest client got {answers} answers only");
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await work.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    async Task RunAsync()
    {
        Client? client = null;
        for (var round = 0; !end.IsCancellationRequested; round++)
        {
            try
            {
                client ??= await Client.OpenAsync(ended: end.Token);
                client.Patience = TimeSpan.FromSeconds(120);
                waitingSince = Stopwatch.GetTimestamp();
                await AskAsync(client, round);
                Volatile.Write(ref longest, Math.Max(longest, Stopwatch.GetElapsedTime(waitingSince).TotalSeconds));
                waitingSince = 0;
                Interlocked.Increment(ref answers);
                await Task.Delay(20, end.Token);
            }
            catch (Exception failure) when (failure is IOException or TimeoutException)
            {
                Interlocked.Increment(ref cuts);
                scene.Say($"probe: {failure.Message}");
                waitingSince = 0;
                client = null;
                await Task.Delay(100);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task AskAsync(Client client, int round)
    {
        switch (round % (Sends ? 4 : 2))
        {
            case 0:
                await client.HeartbeatAsync("probe", "readers", "probe");
                break;
            case 1:
                await client.CallAsync(RequestCode.GetConsumerListByGroup, new() { { "consumerGroup", "readers" } });
                break;
            case 2:
                (await client.SendAsync("probe", 0, $"probe-{round}")).EnsureSuccess();
                break;
            default:
                await client.PullAsync("probe", 0, 0, count: 1);
                break;
        }
    }
}
