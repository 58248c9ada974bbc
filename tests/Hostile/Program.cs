using System.CommandLine;
using Hostile;
using Hostile.Runs;

var program = new Argument<string>("broker") { Description = "The published program `rocketmq`." };
var operatorProgram = new Option<string?>("--operator") { Description = "The published program `rocketmq-operator`." };
var seed = new Option<int>("--seed")
{
    Description = "Decides what trials do by chance.",
    DefaultValueFactory = _ => 1,
};

var list = new Command("list", "The trials: number, name, what is done, what must hold.");
list.SetAction(_ =>
{
    for (var i = 0; i < AllTrials.List.Count; i++)
        Console.WriteLine(
            $"{i + 1, 3}  {AllTrials.List[i].Name, -34} {AllTrials.List[i].Does}: {AllTrials.List[i].Holds}"
        );
});

var only = new Option<string[]>("--only") { Description = "The trials of this name, or whose name has it in it." };
var folder = new Option<string>("--folder") { Description = "State, and what failed.", Required = true };
var keep = new Option<bool>("--keep") { Description = "Keep the folders of trials that hold, too." };
var run = new Command("run", "Trials one after the other.") { program, only, folder, operatorProgram, seed, keep };
run.SetAction(
    (parsed, interrupted) =>
    {
        var chosen = AllTrials.Named(parsed.GetValue(only) ?? []);
        if (chosen.Count == 0)
            throw new InvalidOperationException("no trial has such a name: see `list`");
        var settings = new RunSettings(
            parsed.GetRequiredValue(program),
            parsed.GetValue(operatorProgram),
            parsed.GetValue(seed),
            parsed.GetValue(keep)
        );
        return Run.RunAsync(chosen, new RunFolder(parsed.GetRequiredValue(folder)), settings, interrupted);
    }
);

var name = new Argument<string>("name");
var trial = new Command("trial", "One trial, in the namespaces of this process.")
{
    name,
    program,
    folder,
    operatorProgram,
    seed,
};
trial.Hidden = true;
trial.SetAction(parsed =>
    TrialRun.RunAsync(
        AllTrials.List.First(t => t.Name == parsed.GetValue(name)),
        parsed.GetRequiredValue(program),
        parsed.GetValue(operatorProgram),
        parsed.GetRequiredValue(folder),
        parsed.GetValue(seed)
    )
);

var root = new RootCommand("Hostile trials of a published broker and operator. As root: they mount, freeze and kill.")
{
    list,
    run,
    trial,
};
return await root.Parse(args).InvokeAsync();
