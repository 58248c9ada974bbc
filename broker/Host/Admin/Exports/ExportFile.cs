using System.CommandLine;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Exports;

/// <summary>Writes what a verb exports to a file in a folder.</summary>
static class ExportFile
{
    /// <summary>Where the reference's command line writes unless told otherwise.</summary>
    public static string UsualFolder => Path.Combine(Path.GetTempPath(), "rocketmq", "export");

    /// <summary>The option that names the folder.</summary>
    public static Option<string?> FolderOption() =>
        VerbOptions.Text("--filePath -f", $"The folder of the file, {UsualFolder} unless given.");

    /// <summary>A verb that writes what it finds out about a cluster to a file.</summary>
    /// <param name="name">The verb.</param>
    /// <param name="description">What it is good for.</param>
    /// <param name="run">Gets the cluster's name and the folder, null when none was given.</param>
    public static Verb OfCluster(string name, string description, Func<VerbCall, string, string?, Task> run)
    {
        var cluster = VerbOptions.Required("--clusterName -c", "The cluster.");
        var folder = FolderOption();
        return new Verb(
            name,
            description,
            call => run(call, call.Need(cluster), call.Get(folder)),
            "-c DefaultCluster -f export"
        )
        {
            cluster,
            folder,
        };
    }

    /// <summary>Writes the file and reports its path.</summary>
    /// <exception cref="AdminFailedException">It cannot be written.</exception>
    public static async Task WriteAsync(VerbCall call, string? folder, string name, FastJsonWriter json)
    {
        string path = Path.GetFullPath(Path.Combine(folder ?? UsualFolder, name));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, json.ToArray(), call.Stopping).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AdminFailedException($"{path} cannot be written: {failure.Message}", failure);
        }
        call.Report.Value("file", path);
    }
}
