namespace Broker.Tests.Host;

/// <summary>Where the committed files are.</summary>
static class Checkout
{
    public static string Root { get; } = FindRoot();

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Operator.sln above {AppContext.BaseDirectory}.");
    }
}
