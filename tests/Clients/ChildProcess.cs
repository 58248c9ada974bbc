using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace Clients;

/// <summary>
/// A program that a test started: its output line by line as it comes, its errors kept for the message of a failure.
/// It does not outlive the test.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>Enough to understand a failure; a program that talks without end is cut.</summary>
    const int MaxErrorLines = 200;

    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    readonly Process process;
    readonly ConcurrentQueue<string> errors = new();

    // Unbounded on purpose: a test reads all of it or ends the program.
    readonly Channel<string> lines = Channel.CreateUnbounded<string>();

    ChildProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public StreamWriter Input => process.StandardInput;

    public string Errors => string.Join('\n', errors);

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string home)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = home,
        };
        start.Environment["HOME"] = home;
        start.StandardInputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new ChildProcess(
            Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start")
        );
    }

    /// <summary>The next line of output.</summary>
    /// <exception cref="TimeoutException">None came in time; says what the program wrote to standard error.</exception>
    /// <exception cref="EndOfStreamException">The program ended instead.</exception>
    public async Task<string> ReadLineAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            return await lines.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{Name}: no line within {limit.TotalSeconds} s.\n{Errors}", late);
        }
        catch (ChannelClosedException ended)
        {
            await process.WaitForExitAsync();
            throw new EndOfStreamException($"{Name} ended with {process.ExitCode}.\n{Errors}", ended);
        }
    }

    /// <summary>The lines up to the one that says there are no more.</summary>
    /// <exception cref="TimeoutException">One of them took longer than <paramref name="limit"/>.</exception>
    public async Task<List<string>> ReadUntilAsync(string lastLine, TimeSpan limit)
    {
        var rest = new List<string>();
        for (var line = await ReadLineAsync(limit); line != lastLine; line = await ReadLineAsync(limit))
            rest.Add(line);
        return rest;
    }

    /// <summary>Everything it still writes, until it ends by itself, without an error.</summary>
    public async Task<List<string>> ReadToEndAsync(TimeSpan limit)
    {
        var rest = new List<string>();
        try
        {
            while (true)
                rest.Add(await ReadLineAsync(limit));
        }
        catch (EndOfStreamException)
        {
            Assert.True(process.ExitCode == 0, $"{Name} ended with {process.ExitCode}.\n{Errors}");
            return rest;
        }
    }

    /// <summary>
    /// Asks it to end as a service manager would, and does not wait longer than a pod's grace period would be.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!process.HasExited)
                await TerminateAsync();
            await process.WaitForExitAsync().WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }
        process.Dispose();
    }

    // .NET has no way to send SIGTERM; every machine that runs these tests has a shell.
    async Task TerminateAsync()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {process.Id} 2>/dev/null"]);
        await kill.WaitForExitAsync();
    }

    string Name =>
        Path.GetFileName(process.StartInfo.FileName) + " " + string.Join(' ', process.StartInfo.ArgumentList.Take(2));

    void Keep(string? line)
    {
        if (line is null)
            lines.Writer.Complete();
        else
            lines.Writer.TryWrite(line);
    }

    void KeepError(string? line)
    {
        if (line is null)
            return;
        errors.Enqueue(line);
        while (errors.Count > MaxErrorLines)
            errors.TryDequeue(out _);
    }
}
