using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Hostile.Brokers;

/// <summary>A published broker as a child process: started, frozen, killed, limited, measured.</summary>
sealed class BrokerProcess(string program, string folder, string name, string data) : IAsyncDisposable
{
    const string SegmentKey = "mappedFileSizeCommitLog=";

    readonly Lock gate = new();
    Process? process;
    int real;

    /// <summary><c>key=value</c> of the configuration, for the next start.</summary>
    public List<string> Settings { get; } = [];

    /// <summary>A command in front of the program, such as <c>prlimit --nofile=100</c>.</summary>
    public List<string> Wrapper { get; } = [];

    /// <summary>Whether <see cref="Wrapper"/> stays as the parent of the broker.</summary>
    public bool WrapperStays { get; set; }

    public Dictionary<string, string> Environment { get; } = [];

    public int Port { get; init; } = Clients.Client.BrokerPort;

    public int NameServerPort { get; init; } = 9876;

    public int HttpPort { get; init; } = 5557;

    /// <summary>Replaces the role and its options; null for all-in-one.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    public string Data => data;

    public string Store => Directory.Exists(Path.Combine(data, "store")) ? Path.Combine(data, "store") : data;

    public string LogFile => Path.Combine(folder, name + ".log");

    public string Log => File.Exists(LogFile) ? ReadShared(LogFile) : "";

    public int Starts { get; private set; }

    public bool IsAlive => process is { HasExited: false };

    public int? ExitCode => process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Memory that is its own and not a mapped file's, MiB.</summary>
    public long RssAnonMiB => StatusKiB("RssAnon") / 1024;

    public int Handles => Directory.GetFileSystemEntries($"/proc/{real}/fd").Length;

    public int Pid => real;

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <exception cref="BrokenException">It ended, or never listened.</exception>
    public async Task StartAsync(CancellationToken ended, TimeSpan? patience = null)
    {
        Launch();
        var started = Stopwatch.GetTimestamp();
        while (!await ListensAsync())
        {
            if (!IsAlive)
                throw new BrokenException($"{name} ended with {ExitCode} at its start: {LastLines(3)}");
            if (Stopwatch.GetElapsedTime(started) > (patience ?? TimeSpan.FromSeconds(90)))
                throw new BrokenException($"{name} does not listen");
            await Task.Delay(20, ended);
        }
        real = WrapperStays ? ChildOf(process!.Id) : process!.Id;
    }

    /// <summary>Starts it and does not wait.</summary>
    public void Launch()
    {
        if (!Path.Exists(Path.GetDirectoryName(data)))
            Directory.CreateDirectory(data);
        var command = new List<string>(Wrapper) { program };
        command.AddRange(Arguments ?? DefaultArguments());
        // Segments take their whole size at once, and a trial that fails keeps them.
        if (Arguments is null && !Settings.Exists(s => s.StartsWith(SegmentKey, StringComparison.Ordinal)))
            command.AddRange(["--set", SegmentKey + "67108864"]);
        foreach (var setting in Settings)
            command.AddRange(["--set", setting]);
        // A shell appends to the log, so that a broker that is killed loses no line of it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", LogFile])
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var part in command)
            start.ArgumentList.Add(part);
        foreach (var (key, value) in Environment)
            start.Environment[key] = value;
        File.AppendAllText(LogFile, $"--- start {++Starts}\n");
        lock (gate)
            process = Process.Start(start)!;
        real = process.Id;
    }

    public void Freeze() => Native.Signal(real, Native.Stop);

    public void Thaw() => Native.Signal(real, Native.Continue);

    public async Task KillAsync()
    {
        if (!IsAlive)
            return;
        Native.Signal(real, Native.Kill);
        await process!.WaitForExitAsync();
    }

    /// <summary>An orderly stop; a broker that does not end is killed and the trial broken.</summary>
    public async Task StopAsync(TimeSpan? patience = null)
    {
        if (!IsAlive)
            return;
        Native.Signal(real, Native.Terminate);
        if (await EndsAsync(patience ?? TimeSpan.FromSeconds(60)))
            return;
        await KillAsync();
        throw new BrokenException(
            $"{name} did not stop within {(patience ?? TimeSpan.FromSeconds(60)).TotalSeconds} s"
        );
    }

    /// <summary>Whether it ends by itself within a time.</summary>
    public async Task<bool> EndsAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        try
        {
            await process!.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Lines of its log since the last start that hold a text.</summary>
    public IReadOnlyList<string> Lines(string text) =>
        [.. Log.Split('\n').Where(line => line.Contains(text, StringComparison.OrdinalIgnoreCase))];

    public string LastLines(int count) => string.Join(" | ", Log.TrimEnd().Split('\n').TakeLast(count));

    /// <summary>Changes a limit of the running process: <c>nofile=20:</c>.</summary>
    public void Limit(string limit)
    {
        Scene.Must(IsAlive, $"{name} ended with {ExitCode}: {LastLines(2)}");
        Shell.Run("prlimit", "--pid", real.ToString(CultureInfo.InvariantCulture), "--" + limit);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process?.Dispose();
    }

    IEnumerable<string> DefaultArguments() =>
        [
            "all-in-one",
            "--data",
            data,
            "--log-format",
            "Text",
            "--port",
            Text(Port),
            "--name-server-port",
            Text(NameServerPort),
            "--http-port",
            Text(HttpPort),
        ];

    async Task<bool> ListensAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    long StatusKiB(string key)
    {
        var line = File.ReadLines($"/proc/{real}/status").First(l => l.StartsWith(key + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]);
    }

    static int ChildOf(int parent)
    {
        var children = File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ')[0];
        return children.Length == 0 ? parent : int.Parse(children);
    }

    static string ReadShared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
