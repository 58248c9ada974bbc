namespace Operator.Tests;

/// <summary>Where the tree is that these tests were built from.</summary>
static class Repository
{
    /// <summary>The folder that holds Operator.sln.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("Operator.sln is in no folder above the tests");
    }
}
