using System.CommandLine;

namespace Benchmarks.Load;

/// <summary><c>consume</c>: reads a backlog; prints one line.</summary>
static class ConsumeCommand
{
    public static Command Create()
    {
        var common = new LoadOptions();
        var messages = new Option<long>("--messages")
        {
            Description = "ends after so many",
            DefaultValueFactory = _ => long.MaxValue,
        };
        var command = new Command("consume", "Reads a topic from its beginning; prints rate and the broker's CPU time.")
        {
            messages,
        };
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            var length = TimeSpan.FromSeconds(parsed.GetValue(common.Seconds));
            using var load = new ConsumeLoad(target, length, parsed.GetValue(messages), parsed.GetValue(common.Pid));
            load.Run();
            double seconds = load.Elapsed.TotalSeconds;
            var line = new ReportLine("consume");
            line.Add("messages", load.Messages);
            line.Add("msg/s", load.Messages / seconds);
            line.Add("MB/s", load.Bytes / seconds / 1e6);
            line.Add(load.Latencies);
            line.AddCpu(load.BrokerCpuMicros, load.Messages);
            Console.WriteLine(line);
        });
        return command;
    }
}
