using System.Diagnostics;

namespace Tidy;

/// <summary>
/// The checkout that the tests read: the files that git holds or would add, so that build results never count.
/// Paths are relative to the top folder and use forward slashes.
/// </summary>
public sealed class SourceTree
{
    SourceTree(string root, IReadOnlyList<string> files)
    {
        Root = root;
        Files = files;
    }

    public string Root { get; }

    public IReadOnlyList<string> Files { get; }

    public static SourceTree Load()
    {
        var root = FindRoot(AppContext.BaseDirectory);
        return new SourceTree(root, [.. ListFiles(root)]);
    }

    public IEnumerable<string> WithExtension(params string[] extensions) =>
        Files.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal));

    public string FullPath(string file) => Path.Combine(Root, file);

    public string Read(string file) => File.ReadAllText(FullPath(file));

    public string[] ReadLines(string file) => File.ReadAllLines(FullPath(file));

    static string FindRoot(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
                return folder.FullName;
        throw new InvalidOperationException(
            $"No Operator.sln above {start}: these tests read the checkout they were built in."
        );
    }

    static IEnumerable<string> ListFiles(string root)
    {
        var start = new ProcessStartInfo("git", ["-C", root, "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git does not start");
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        if (git.ExitCode != 0)
            throw new InvalidOperationException(
                $"git ls-files ended with {git.ExitCode}: the tests need a git checkout."
            );
        return output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Distinct(StringComparer.Ordinal)
            .Where(file => File.Exists(Path.Combine(root, file)));
    }
}
