using System.CommandLine;
using Broker.Protocol.Messages;

namespace Benchmarks.Load;

/// <summary><c>delay</c>: delayed messages and their deliveries; prints one line.</summary>
static class DelayCommand
{
    /// <summary>What the first levels stand for where nobody changed them.</summary>
    static readonly int[] LevelSeconds = [1, 5, 10, 30, 60];

    public static Command Create()
    {
        var common = new LoadOptions();
        var sending = new SenderOptions(senders: 64, bytes: 128);
        var messages = new Option<long>("--messages") { DefaultValueFactory = _ => 50_000 };
        var level = new Option<int>("--level") { Description = "1 to 5: a delay level in place of a time" };
        var delay = new Option<int>("--delay-ms") { DefaultValueFactory = _ => 2_500 };
        var command = new Command("delay", "Delayed messages: deliveries per second, lateness and CPU time.")
        {
            messages,
            level,
            delay,
        };
        sending.AddTo(command);
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var settings = sending.Settings(parsed) with { Messages = parsed.GetValue(messages) };
            int chosen = parsed.GetValue(level);
            var (wish, wait) =
                chosen > 0
                    ? (Property(PropertyNames.DelayLevel, chosen), TimeSpan.FromSeconds(LevelSeconds[chosen - 1]))
                    : (
                        Property(PropertyNames.TimerDelayMs, parsed.GetValue(delay)),
                        TimeSpan.FromMilliseconds(parsed.GetValue(delay))
                    );
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            using var load = new DelayedLoad(target, settings, wish, wait, parsed.GetValue(common.Pid));
            load.Run();
            return Report(load);
        });
        return command;
    }

    static int Report(DelayedLoad load)
    {
        long received = load.Lateness.Total;
        var line = new ReportLine("delay");
        line.Add("sent", load.Sent);
        line.Add("received", received);
        line.Add("early", load.Early);
        line.Add("msg/s", received / load.Elapsed.TotalSeconds);
        line.Add(load.Lateness);
        line.Add("latestMs", load.Lateness.Percentile(1).TotalMilliseconds);
        line.AddCpu(load.BrokerCpuMicros, received);
        line.Add("failures", load.Failures);
        Console.WriteLine(line);
        return load.Failures == 0 && received == load.Sent ? 0 : 1;
    }

    static byte[] Property(ReadOnlySpan<byte> name, long value)
    {
        var writer = new PropertiesWriter(stackalloc byte[64]);
        writer.Add(name, value);
        return writer.Written.ToArray();
    }
}
