using System.CommandLine;

namespace Benchmarks.Load;

/// <summary><c>pop</c>: pops and acknowledges a backlog; prints one line.</summary>
static class PopCommand
{
    const int PopsAtATime = 16;

    public static Command Create()
    {
        var common = new LoadOptions();
        var group = new Option<string>("--group")
        {
            Description = "a consumer group; a new one begins with the oldest message",
            DefaultValueFactory = _ => "bench_pop",
        };
        var command = new Command("pop", "Pops and acknowledges a backlog; prints rate and the broker's CPU time.")
        {
            group,
        };
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            var length = TimeSpan.FromSeconds(parsed.GetValue(common.Seconds));
            using var load = new PopLoad(
                target,
                parsed.GetValue(group)!,
                await target.MessagesAsync(),
                PopsAtATime,
                length,
                parsed.GetValue(common.Pid)
            );
            load.Run();
            double seconds = load.Elapsed.TotalSeconds;
            var line = new ReportLine("pop");
            line.Add("messages", load.Messages);
            line.Add("repeated", load.Repeated);
            line.Add("acks", load.Acks);
            line.Add("msg/s", load.Messages / seconds);
            line.Add(load.Latencies);
            line.AddCpu(load.BrokerCpuMicros, load.Messages);
            Console.WriteLine(line);
        });
        return command;
    }
}
