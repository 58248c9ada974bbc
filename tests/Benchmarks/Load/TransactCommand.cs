using System.CommandLine;

namespace Benchmarks.Load;

/// <summary><c>transact</c>: transactions that are committed; prints one line.</summary>
static class TransactCommand
{
    public static Command Create()
    {
        var common = new LoadOptions();
        var sending = new SenderOptions(senders: 16, bytes: 1024);
        var command = new Command("transact", "Half messages and their commits; prints rate, latency and CPU time.")
        {
            sending.Warmup,
        };
        sending.AddTo(command);
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = sending.Settings(parsed, common);
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
