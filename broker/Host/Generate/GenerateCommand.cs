using System.CommandLine;

namespace Broker.Host.Generate;

/// <summary>
/// <c>generate reference</c>: writes the pages of docs/reference that follow from this program's code. The committed
/// pages are compared with it by tests, so that they are never stale.
/// </summary>
static class GenerateCommand
{
    public static Command Create() =>
        new("generate", "Write the files that follow from the code.") { ReferenceCommand() };

    static Command ReferenceCommand()
    {
        var folder = new Option<DirectoryInfo>("--output", "--out")
        {
            Description = "Folder to write to.",
            Required = true,
        };
        var command = new Command("reference", "The reference of this program, in Markdown.") { folder };
        command.SetAction(
            async (arguments, stop) =>
            {
                var target = Directory.CreateDirectory(arguments.GetRequiredValue(folder).FullName);
                foreach (var page in ReferencePage.All)
                    await File.WriteAllTextAsync(
                        Path.Combine(target.FullName, page.File),
                        await page.WriteAsync(),
                        stop
                    );
            }
        );
        return command;
    }
}
