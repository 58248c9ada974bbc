using System.CommandLine;

namespace Benchmarks.Load;

/// <summary><c>transact</c>: transactions that are committed; prints one line.</summary>
static class TransactCommand
{
    public static Command Create()
    {
        var common = new LoadOptions();
        var senders = new Option<int>("--senders") { DefaultValueFactory = _ => 16 };
        var bytes = new Option<int>("--bytes") { DefaultValueFactory = _ => 1024 };
        var warmup = new Option<double>("--warmup") { Description = "seconds", DefaultValueFactory = _ => 5 };
        var command = new Command("transact", "Half messages and their commits; prints rate, latency and CPU time.")
        {
            senders,
            bytes,
            warmup,
        };
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = new SendSettings(
                parsed.GetValue(senders),
                Connections: 1,
                parsed.GetValue(bytes),
                Batch: 1,
                Json: false,
                TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                TimeSpan.FromSeconds(parsed.GetValue(common.Seconds)),
                Messages: 0
            );
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            using var load = new TransactionLoad(target, settings, parsed.GetValue(common.Pid));
            load.Run();
            var line = new ReportLine("transact");
            line.Add("senders", settings.Senders);
            line.Add("msg/s", load.Latencies.Total / load.Elapsed.TotalSeconds);
            line.Add(load.Latencies);
            line.AddCpu(load.BrokerCpuMicros, load.Latencies.Total);
            line.Add("failures", load.Failures);
            Console.WriteLine(line);
            if (load.FirstFailure is { } failure)
                await Console.Error.WriteLineAsync(failure);
            return load.Failures == 0 ? 0 : 1;
        });
        return command;
    }
}
