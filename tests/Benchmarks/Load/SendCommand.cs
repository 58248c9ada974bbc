using System.CommandLine;

namespace Benchmarks.Load;

/// <summary><c>send</c>: synchronous senders; prints one line.</summary>
static class SendCommand
{
    public static Command Create()
    {
        var common = new LoadOptions();
        var sending = new SenderOptions(senders: 64, bytes: 1024);
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 1 };
        var batch = new Option<int>("--batch") { Description = "messages per request", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "JSON headers in place of binary ones" };
        var messages = new Option<long>("--messages") { Description = "ends after so many; 0 for no limit" };
        var topics = new Option<int>("--topics") { Description = "spreads messages over what `topics` made" };
        var command = new Command("send", "Synchronous senders; prints rate, latency and the broker's CPU time.")
        {
            connections,
            batch,
            json,
            sending.Warmup,
            messages,
            topics,
        };
        sending.AddTo(command);
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = sending.Settings(parsed, common) with
            {
                Batch = parsed.GetValue(batch),
                Json = parsed.GetValue(json),
                Messages = parsed.GetValue(messages),
                Topics = parsed.GetValue(topics),
            };
            settings = settings with { Connections = Math.Min(parsed.GetValue(connections), settings.Senders) };
            string topic = parsed.GetValue(common.Topic)!;
            if (settings.Topics > 0)
                topic = Target.Numbered(topic, 0);
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, topic);
            target = target with { Topic = parsed.GetValue(common.Topic)! };
            return Run(target, settings, parsed.GetValue(common.Pid));
        });
        return command;
    }

    static int Run(Target target, SendSettings settings, int pid)
    {
        // The first connection measures the broker's time for all of them: they run for the same time.
        SendLoad[] loads =
        [
            .. Enumerable
                .Range(0, settings.Connections)
                .Select(i => new SendLoad(
                    target,
                    settings,
                    (settings.Senders + settings.Connections - 1 - i) / settings.Connections,
                    pid
                )),
        ];
        var threads = loads.Select(load => new Thread(load.Run)).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        var all = new LatencyCounts();
        foreach (var load in loads)
            all.Add(load.Latencies);
        long failures = loads.Sum(load => load.Failures);
        var line = new ReportLine("send");
        line.Add("senders", settings.Senders);
        line.Add("connections", settings.Connections);
        line.Add("bytes", settings.Bytes);
        line.Add("batch", settings.Batch);
        line.Add("msg/s", loads.Sum(load => load.Latencies.Total / load.Elapsed.TotalSeconds));
        line.Add(all);
        line.AddCpu(loads[0].BrokerCpuMicros, all.Total);
        line.Add("failures", failures);
        Console.WriteLine(line);
        if (failures > 0)
            Console.Error.WriteLine(loads.Select(load => load.FirstFailure).First(failure => failure is not null));
        foreach (var load in loads)
            load.Dispose();
        return failures == 0 ? 0 : 1;
    }
}
