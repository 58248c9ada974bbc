namespace Tidy;

/// <summary>One failure that names every finding, so that one run shows all there is to do.</summary>
public static class Report
{
    public static void None(string rule, IEnumerable<string> findings)
    {
        var found = findings.Order(StringComparer.Ordinal).ToList();
        if (found.Count > 0)
            Assert.Fail($"{rule}\n  {string.Join("\n  ", found)}");
    }
}
