using System.Globalization;

namespace Hostile.Brokers;

/// <summary>A control group of the first version, of one controller; gone with the trial.</summary>
sealed class ControlGroup : IDisposable
{
    readonly string folder;

    ControlGroup(string folder) => this.folder = folder;

    /// <exception cref="SkippedException">The machine has no such controller of the first version.</exception>
    public static ControlGroup Create(string controller)
    {
        var root = $"/sys/fs/cgroup/{controller}";
        if (!File.Exists($"{root}/cgroup.procs"))
            throw new SkippedException($"no control group v1 of {controller}");
        // The name holds the time, since process numbers repeat in namespaces.
        var made = $"{root}/hostile-{DateTime.UtcNow.Ticks}";
        Directory.CreateDirectory(made);
        return new ControlGroup(made);
    }

    public bool Has(string file) => File.Exists(Path.Combine(folder, file));

    public void Write(string file, string value) => File.WriteAllText(Path.Combine(folder, file), value);

    public string Read(string file) => File.ReadAllText(Path.Combine(folder, file));

    public void Add(int process) => Write("cgroup.procs", process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Its processes go back to the root's group; an empty group can be removed.</summary>
    public void Dispose()
    {
        var parent = Path.Combine(Path.GetDirectoryName(folder)!, "cgroup.procs");
        foreach (var process in File.ReadAllLines(Path.Combine(folder, "cgroup.procs")))
            File.WriteAllText(parent, process);
        Shell.Try("rmdir", folder);
    }
}
