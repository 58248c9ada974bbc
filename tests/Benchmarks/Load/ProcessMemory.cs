using System.Globalization;

namespace Benchmarks.Load;

/// <summary>What another process holds.</summary>
/// <param name="AnonymousKiB">Memory of its own: heap, stacks; not the page cache that it maps.</param>
/// <param name="Mappings">Lines of <c>/proc/PID/maps</c>; <c>vm.max_map_count</c> is 65530 on most nodes.</param>
/// <param name="Handles">Open files and sockets.</param>
readonly record struct ProcessMemory(long AnonymousKiB, int Mappings, int Handles)
{
    public static ProcessMemory Of(int pid) =>
        new(
            File.ReadLines($"/proc/{pid}/status")
                .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split(' ')[^2], CultureInfo.InvariantCulture))
                .Single(),
            File.ReadLines($"/proc/{pid}/maps").Count(),
            Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Count()
        );
}
