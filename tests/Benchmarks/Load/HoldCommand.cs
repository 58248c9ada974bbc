using System.CommandLine;
using System.Diagnostics;

namespace Benchmarks.Load;

/// <summary><c>hold</c>: many connections that only say that they live; prints one line.</summary>
static class HoldCommand
{
    public static Command Create()
    {
        var common = new LoadOptions();
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 10_000 };
        var command = new Command("hold", "Consumers with a connection each; prints the broker's memory and CPU time.")
        {
            connections,
        };
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            int count = parsed.GetValue(connections);
            int pid = parsed.GetValue(common.Pid);
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            await using var load = new ConnectionLoad(target, count);
            var before = Memory(pid);
            long began = Stopwatch.GetTimestamp();
            await load.ConnectAsync();
            var line = new ReportLine("hold");
            line.Add("connections", count);
            line.Add("connectMs", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            long cpu = ProcessCpu.Micros(pid);
            var length = TimeSpan.FromSeconds(parsed.GetValue(common.Seconds));
            await load.BeatAsync(length);
            line.Add("heartbeats", load.Heartbeats);
            line.Add("brokerCpuPercent", 100 * (ProcessCpu.Micros(pid) - cpu) / length.TotalMicroseconds);
            var after = Memory(pid);
            line.Add("anonKiB", after.AnonymousKiB);
            line.Add("KiB/connection", (double)(after.AnonymousKiB - before.AnonymousKiB) / count);
            line.Add("handles", after.Handles);
            Console.WriteLine(line);
        });
        return command;
    }

    static ProcessMemory Memory(int pid) => pid == 0 ? default : ProcessMemory.Of(pid);
}
