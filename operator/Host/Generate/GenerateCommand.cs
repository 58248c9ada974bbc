using System.CommandLine;

namespace Operator.Host.Generate;

/// <summary>
/// <c>rocketmq-operator generate</c>: writes what follows from the code. The committed files are compared with it by
/// tests,
/// so that they are never stale.
/// </summary>
public static class GenerateCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create() =>
        new("generate", "Write the files that follow from the operator's code.")
        {
            Files("crds", "Definitions of the custom resources, with and without CEL rules.", Ready(CrdFiles.Build)),
            Files("rbac", "The rights and definitions that the chart includes.", Ready(ChartFiles.Build)),
            Files("reference", "The reference of resources and metrics, in Markdown.", ReferenceFiles.BuildAsync),
            ManifestsCommand.Create(),
        };

    static Func<Task<IEnumerable<GeneratedFile>>> Ready(Func<IEnumerable<GeneratedFile>> build) =>
        () => Task.FromResult(build());

    static Command Files(string name, string description, Func<Task<IEnumerable<GeneratedFile>>> build)
    {
        var folder = new Option<DirectoryInfo>("--output", "--out")
        {
            Description = "Folder to write to.",
            Required = true,
        };
        var command = new Command(name, description) { folder };
        command.SetAction(
            async (parsed, stop) =>
            {
                foreach (var file in await build())
                    await WriteAsync(parsed.GetRequiredValue(folder), file, stop);
            }
        );
        return command;
    }

    static async Task WriteAsync(DirectoryInfo folder, GeneratedFile file, CancellationToken stop)
    {
        var path = Path.Combine(folder.FullName, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, file.Text, stop);
    }
}
