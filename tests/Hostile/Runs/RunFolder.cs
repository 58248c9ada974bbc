namespace Hostile.Runs;

/// <summary>
/// The state of a run: a line for every trial that ended, and a folder for every one that did not hold. A run that was
/// interrupted goes on with the trials that have no line.
/// </summary>
sealed class RunFolder
{
    const string ResultsName = "results.tsv";

    readonly string results;

    public RunFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path);
        results = System.IO.Path.Combine(Path, ResultsName);
    }

    public string Path { get; }

    /// <summary>A trial may take a few GiB, and a full disk would be blamed on the broker.</summary>
    public void MustHaveRoom()
    {
        const long wanted = 12L << 30;
        long free = new DriveInfo(Path).AvailableFreeSpace;
        if (free < wanted)
            throw new InvalidOperationException(
                $"{free >> 30} GiB are free at {Path}, a trial wants {wanted >> 30}: remove folders and use --resume"
            );
    }

    public IReadOnlyList<Outcome> Read() =>
        File.Exists(results) ? [.. File.ReadLines(results).Select(Outcome.Parse).OfType<Outcome>()] : [];

    public void Add(Outcome outcome) => File.AppendAllText(results, outcome.ToLine() + "\n");

    /// <summary>The folder of a trial, empty.</summary>
    public string Prepare(string trial)
    {
        var folder = System.IO.Path.Combine(Path, trial);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        return folder;
    }
}
