namespace Operator.Plan.Instances.Children;

/// <summary>
/// The files of a configuration. Each pod goes on reading the file that it was made with, also when its container
/// starts again before the pod is replaced; only the list of name servers is kept up in all of them, because processes
/// read it while they run. Pods of versions that knew one file read that one, which follows once no pod is older.
/// </summary>
static class ConfigFiles
{
    /// <summary>The file of pods whose configuration has that hash: <c>broker-0123456789abcdef.conf</c>.</summary>
    public static string Name(string file, string hash) =>
        $"{Path.GetFileNameWithoutExtension(file)}-{hash}{Path.GetExtension(file)}";

    /// <param name="file">The name of the file that all versions know.</param>
    /// <param name="text">The configuration.</param>
    /// <param name="hash">Of what a restart is needed for.</param>
    /// <param name="inUse">The hashes that live pods and their set were made with.</param>
    /// <param name="live">What the ConfigMap holds.</param>
    public static SortedDictionary<string, string> Of(
        string file,
        string text,
        string hash,
        IEnumerable<string> inUse,
        IDictionary<string, string>? live
    )
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [file] = text,
            [Name(file, hash)] = text,
        };
        var older = inUse.Where(h => h != hash).Distinct().ToList();
        foreach (var name in older.Select(h => Name(file, h)).Concat(older.Count > 0 ? [file] : []))
        {
            if (live?.TryGetValue(name, out var held) == true)
                files[name] = WithNameServers(held, text);
        }
        return files;
    }

    static string WithNameServers(string held, string text)
    {
        var line = Lines(text).FirstOrDefault(IsNameServers);
        return line is null ? held : string.Join('\n', Lines(held).Select(l => IsNameServers(l) ? line : l));
    }

    static string[] Lines(string text) => text.Split('\n');

    static bool IsNameServers(string line) =>
        line.StartsWith(BrokerConfigMap.NameServersKey + "=", StringComparison.Ordinal);
}
