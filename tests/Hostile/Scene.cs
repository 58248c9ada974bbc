using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hostile.Brokers;
using Hostile.Clients;
using Hostile.Disks;

namespace Hostile;

/// <summary>
/// What a trial has: a folder, brokers, disks, a seeded random source, and figures for its line of the table. It
/// stands in network, mount and process namespaces of its own, so ports are the usual ones and nothing outlives it.
/// </summary>
sealed class Scene(string folder, string program, string? operatorProgram, int seed, CancellationToken ended)
    : IAsyncDisposable
{
    /// <summary>Generous: the machine may be busy. Nothing is measured by it; it only ends what would never
    /// end.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly ConcurrentStack<IAsyncDisposable> open = new();
    readonly ConcurrentQueue<string> figures = new();
    readonly Random random = new(seed);

    public string Folder => folder;

    public CancellationToken Ended => ended;

    public string Program => program;

    /// <summary>The published operator; trials of it are skipped without one.</summary>
    public string OperatorProgram =>
        operatorProgram ?? throw new SkippedException("no published operator: set OPERATOR to its folder");

    public TimeSpan Elapsed => clock.Elapsed;

    public string Figures => string.Join(", ", figures);

    /// <summary>Seeded by the run; only for the trial's own thread.</summary>
    public Random Random => random;

    /// <summary>A broker with a name server in its process, not started yet.</summary>
    public BrokerProcess Broker(string name = "broker", string? data = null) =>
        Own(new BrokerProcess(program, folder, name, data ?? Path.Combine(folder, name)));

    public async Task<BrokerProcess> StartAsync(params string[] settings)
    {
        var broker = Broker();
        broker.Settings.AddRange(settings);
        await broker.StartAsync(ended);
        return broker;
    }

    /// <summary>A broker that has the topics of a load, and the load, not started.</summary>
    public async Task<(BrokerProcess Broker, Load Load)> LoadedAsync(params string[] settings)
    {
        var broker = await StartAsync(settings);
        await using var client = await ClientAsync();
        await Load.CreateTopicsAsync(client);
        return (broker, Own(new Load(this)));
    }

    /// <summary>Stops a load and compares what the broker holds with what it acknowledged.</summary>
    public async Task VerdictAsync(Load load, int duplicatesAllowed = 0)
    {
        await load.StopAsync();
        await using var client = await ClientAsync();
        await new Verdict(this, load) { DuplicatesAllowed = duplicatesAllowed }.HoldsAsync(client);
    }

    public async Task RestartAsync(BrokerProcess broker)
    {
        await broker.StopAsync();
        await broker.StartAsync(ended);
    }

    /// <summary>An ext4 file system of its own.</summary>
    public LoopDisk Disk(int megabytes, string name = "disk") => Own(LoopDisk.Create(folder, name, megabytes));

    /// <summary>An ext4 file system on a device that can be slow, failing, stalled, or lose its power.</summary>
    public FaultyDisk FaultyDisk(int megabytes, string name = "faulty") =>
        Own(Disks.FaultyDisk.Create(folder, name, megabytes));

    /// <summary>Disposes of something at the end of the trial, the last first.</summary>
    public T Own<T>(T disposable)
        where T : IAsyncDisposable
    {
        open.Push(disposable);
        return disposable;
    }

    public Task<Client> ClientAsync(int port = Client.BrokerPort) => Client.OpenAsync(port, ended);

    /// <summary>A figure of the table: <c>acked 12,000</c>.</summary>
    public void Figure(string name, object value) =>
        figures.Enqueue(value is int or long ? $"{name} {value:N0}" : $"{name} {value}");

    /// <summary>A line of the trial's own log.</summary>
    public void Say(string line) => Console.WriteLine($"[{clock.Elapsed.TotalSeconds, 7:F2}] {line}");

    public static void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new BrokenException(otherwise);
    }

    public Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), ended);

    /// <summary>Waits until something holds, and breaks the trial when it does not come to hold.</summary>
    public async Task UntilAsync(
        Func<Task<bool>> condition,
        TimeSpan? patience = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    )
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (patience ?? Patience))
                throw new BrokenException($"never: {what}");
            await WaitAsync(0.05);
        }
    }

    public Task UntilAsync(
        Func<bool> condition,
        TimeSpan? patience = null,
        [CallerArgumentExpression(nameof(condition))] string what = ""
    ) => UntilAsync(() => Task.FromResult(condition()), patience, what);

    public async ValueTask DisposeAsync()
    {
        while (open.TryPop(out var last))
        {
            try
            {
                await last.DisposeAsync();
            }
            catch (Exception failure)
            {
                // What is left goes with the namespaces; the trial's result is decided already.
                Say($"end of {last.GetType().Name}: {failure.Message}");
            }
        }
    }
}
