using System.CommandLine;
using System.Globalization;

namespace Benchmarks.Load;

/// <summary><c>steady</c>: sends and pulls at once, and what our broker collects meanwhile; prints one line.</summary>
static class SteadyCommand
{
    /// <summary>Buffers and queues have their size by then, and hot code is compiled for good.</summary>
    static readonly TimeSpan Warmup = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var common = new LoadOptions();
        var metrics = new Option<string>("--metrics")
        {
            Description = "where our broker tells its figures",
            DefaultValueFactory = _ => "http://127.0.0.1:5557/metrics",
        };
        var command = new Command(
            "steady",
            "Sends and pulls at once; prints the collections that they cost our broker."
        )
        {
            metrics,
        };
        common.AddTo(command);
        command.SetAction(async parsed =>
        {
            var length = TimeSpan.FromSeconds(parsed.GetValue(common.Seconds));
            var settings = new SendSettings(16, 1, 1024, 1, Json: false, Warmup, length, Messages: 0);
            var target = await Target.FindAsync(parsed.GetValue(common.NameServer)!, parsed.GetValue(common.Topic)!);
            int pid = parsed.GetValue(common.Pid);
            using var sends = new SendLoad(target, settings, settings.Senders, pid);
            using var pulls = new ConsumeLoad(target, Warmup + length, long.MaxValue, pid, follow: true);
            var threads = new[] { new Thread(sends.Run), new Thread(pulls.Run) };
            foreach (var thread in threads)
                thread.Start();
            await Task.Delay(Warmup);
            long[] before = await CollectionsAsync(parsed.GetValue(metrics)!);
            await Task.Delay(length);
            long[] after = await CollectionsAsync(parsed.GetValue(metrics)!);
            foreach (var thread in threads)
                thread.Join();
            var line = new ReportLine("steady");
            line.Add("seconds", length.TotalSeconds);
            line.Add("sent/s", sends.Latencies.Total / sends.Elapsed.TotalSeconds);
            line.Add("pulled/s", pulls.Messages / pulls.Elapsed.TotalSeconds);
            for (int generation = 0; generation < before.Length; generation++)
            {
                line.Add($"gen{generation}Before", before[generation]);
                line.Add($"gen{generation}After", after[generation]);
            }
            Console.WriteLine(line);
            return after[^1] == before[^1] ? 0 : 1;
        });
        return command;
    }

    /// <summary>Collections of generations 0, 1 and 2 since the broker's start.</summary>
    static async Task<long[]> CollectionsAsync(string metrics)
    {
        using var http = new HttpClient();
        string[] lines = (await http.GetStringAsync(metrics)).Split('\n');
        return
        [
            .. Enumerable
                .Range(0, 3)
                .Select(generation => $"dotnet_gc_collections_total{{generation=\"{generation}\"}} ")
                .Select(name =>
                    long.Parse(
                        lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..],
                        CultureInfo.InvariantCulture
                    )
                ),
        ];
    }
}
