using System.CommandLine;
using BenchmarkDotNet.Running;
using Benchmarks.Answers;
using Benchmarks.Load;

var root = new RootCommand(
    "Load against a running broker, ours or Apache's, comparison of their answers, and micro benchmarks of hot code."
)
{
    SendCommand.Create(),
    ConsumeCommand.Create(),
    PopCommand.Create(),
    TransactCommand.Create(),
    DelayCommand.Create(),
    TopicsCommand.Create(),
    HoldCommand.Create(),
    SteadyCommand.Create(),
    CompareCommand.Create(),
};
var micro = new Command("micro", "BenchmarkDotNet; arguments behind `--` are its own, for example `-- --filter *Crc*`.")
{
    TreatUnmatchedTokensAsErrors = false,
};
micro.SetAction(parsed =>
    _ = BenchmarkSwitcher.FromAssembly(typeof(SendCommand).Assembly).Run([.. parsed.UnmatchedTokens])
);
root.Add(micro);
return await root.Parse(args).InvokeAsync();
