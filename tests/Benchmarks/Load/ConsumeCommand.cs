using System.CommandLine;
using System.Globalization;

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
            double rate = load.Messages / load.Elapsed.TotalSeconds;
            double megabytes = load.Bytes / load.Elapsed.TotalSeconds / 1e6;
            double cpu = load.Messages == 0 ? 0 : (double)load.BrokerCpuMicros / load.Messages;
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"consume messages={load.Messages} msg/s={rate:F0} MB/s={megabytes:F0} p50us={load.Latencies.Percentile(0.5)} p99us={load.Latencies.Percentile(0.99)} brokerCpuUs/msg={cpu:F2}"
                )
            );
        });
        return command;
    }
}
