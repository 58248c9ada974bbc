using System.Reflection;

namespace Broker.Tests.Protocol;

/// <summary>
/// Bytes that the reference wrote: lines of a name and its bytes in hex; the head of each file says how they were
/// taken.
/// </summary>
static class GoldenFile
{
    public static Dictionary<string, byte[]> Read(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"Broker.Tests.Protocol.Golden.{name}")
            ?? throw new FileNotFoundException(name);
        using var reader = new StreamReader(stream);
        return reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .ToDictionary(parts => parts[0], parts => Convert.FromHexString(parts[1]));
    }
}
