using System.CommandLine;

namespace Benchmarks.Load;

/// <summary>The options of everything that sends.</summary>
sealed class SenderOptions(int senders, int bytes)
{
    readonly Option<int> _senders = new("--senders") { DefaultValueFactory = _ => senders };
    readonly Option<int> _bytes = new("--bytes") { DefaultValueFactory = _ => bytes };

    /// <summary>Not for loads of a number of messages: they are measured from the first.</summary>
    public Option<double> Warmup { get; } = new("--warmup") { Description = "seconds", DefaultValueFactory = _ => 5 };

    public void AddTo(Command command)
    {
        command.Add(_senders);
        command.Add(_bytes);
    }

    /// <summary>Single messages over one connection, with binary headers and without an end.</summary>
    public SendSettings Settings(ParseResult parsed) =>
        new(
            parsed.GetValue(_senders),
            Connections: 1,
            parsed.GetValue(_bytes),
            Batch: 1,
            Json: false,
            Warmup: default,
            Measured: default,
            Messages: 0
        );

    /// <summary>The same for the time that the options say.</summary>
    public SendSettings Settings(ParseResult parsed, LoadOptions common) =>
        Settings(parsed) with
        {
            Warmup = TimeSpan.FromSeconds(parsed.GetValue(Warmup)),
            Measured = TimeSpan.FromSeconds(parsed.GetValue(common.Seconds)),
        };
}
