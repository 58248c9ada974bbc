namespace Clients;

/// <summary>Where the checkout is and where it keeps what was built: the tests run programs, not only code.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Scripts => Path.Combine(Root, "tests", "Clients", "scripts");

    /// <summary>
    /// The newest build of the `rocketmq` program: what `make` published, or what `dotnet build broker/Host` left.
    /// The variable ROCKETMQ_PROGRAM names another.
    /// </summary>
    public static string Program()
    {
        if (Environment.GetEnvironmentVariable("ROCKETMQ_PROGRAM") is { Length: > 0 } named)
            return named;
        string[] places =
        [
            "publish/Broker.Host/release_linux-x64",
            "publish/Broker.Host/release",
            "bin/Broker.Host/release",
            "bin/Broker.Host/debug",
        ];
        return places
                .Select(place => Path.Combine(Root, "artifacts", place, "rocketmq"))
                .Where(File.Exists)
                .MaxBy(path => File.GetLastWriteTimeUtc(Path.ChangeExtension(path, ".dll")))
            ?? throw new InvalidOperationException("The rocketmq program is not built: `dotnet build broker/Host`.");
    }

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No Operator.sln above {AppContext.BaseDirectory}.");
    }
}
