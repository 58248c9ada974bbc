using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Xunit;

namespace Broker.Tests.Host;

/// <summary>
/// The real program as a process of its own, on ports that the system chose. It does not outlive its test.
/// </summary>
sealed class BrokerProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly ConcurrentQueue<string> _errors = new();
    readonly ConcurrentDictionary<string, IPEndPoint> _ready = new();
    readonly TaskCompletionSource _allReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly int _listeners;

    BrokerProcess(Process process, int listeners)
    {
        _process = process;
        _listeners = listeners;
        process.OutputDataReceived += (_, line) => Output(line.Data);
        process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Broker => _ready["broker"].ToString();

    public string NameServer => _ready["nameserver"].ToString();

    public string Http => $"http://{_ready["http"]}";

    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts all-in-one over a folder and waits until it is ready.</summary>
    public static Task<BrokerProcess> AllInOneAsync(string folder, params string[] more) =>
        AllInOneAsync(folder, heapBytesMax: null, more);

    /// <summary>The same with a limit of the managed heap.</summary>
    public static async Task<BrokerProcess> AllInOneAsync(string folder, int? heapBytesMax, params string[] more)
    {
        var process = Start(
            3,
            [
                "all-in-one",
                "--data",
                folder,
                "--name-server-port",
                "0",
                "--port",
                "0",
                "--http-port",
                "0",
                "--set",
                "mappedFileSizeCommitLog=4194304",
                "--set",
                "mappedFileSizeConsumeQueue=20000",
                "--set",
                "maxHashSlotNum=1000",
                "--set",
                "maxIndexNum=40000",
                .. more,
            ],
            heapBytesMax
        );
        await process.ReadyAsync();
        return process;
    }

    public static BrokerProcess Start(int listeners, IEnumerable<string> arguments, int? heapBytesMax = null)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "rocketmq");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        if (heapBytesMax is { } bytes)
            start.Environment["DOTNET_GCHeapHardLimit"] = $"{bytes:x}";
        return new BrokerProcess(Process.Start(start)!, listeners);
    }

    public async Task ReadyAsync()
    {
        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(_allReady.Task, ended).WaitAsync(Patience);
        Assert.True(first == _allReady.Task, $"The program ended before it was ready.\n{Errors}");
    }

    /// <summary>SIGKILL: nothing of the program runs any more.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        var signal = new ProcessStartInfo("kill", ["-TERM", $"{_process.Id}"]) { UseShellExecute = false };
        using var kill = Process.Start(signal);
        return await ExitAsync();
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    void Output(string? line)
    {
        if (line?.Split(' ') is not ["ready:", var name, var address])
            return;
        _ready[name] = IPEndPoint.Parse(address);
        if (_ready.Count == _listeners)
            _allReady.TrySetResult();
    }
}
