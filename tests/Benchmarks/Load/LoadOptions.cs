using System.CommandLine;

namespace Benchmarks.Load;

/// <summary>The options that sending and consuming share.</summary>
sealed class LoadOptions
{
    public Option<string> NameServer { get; } =
        new("--name-server")
        {
            Description = "host:port of a name server",
            DefaultValueFactory = _ => "127.0.0.1:9876",
        };

    public Option<string> Topic { get; } =
        new("--topic")
        {
            Description = "created with 8 queues if it is missing",
            DefaultValueFactory = _ => "BenchmarkTest",
        };

    public Option<double> Seconds { get; } =
        new("--seconds") { Description = "measured time", DefaultValueFactory = _ => 10 };

    public Option<int> Pid { get; } = new("--pid") { Description = "the broker's process, to measure its CPU time" };

    public void AddTo(Command command)
    {
        command.Add(NameServer);
        command.Add(Topic);
        command.Add(Seconds);
        command.Add(Pid);
    }
}
