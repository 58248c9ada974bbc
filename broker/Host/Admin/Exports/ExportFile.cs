using Broker.Protocol.Json;

namespace Broker.Host.Admin.Exports;

/// <summary>Writes what a verb exports to a file in a folder.</summary>
static class ExportFile
{
    /// <summary>Where the reference's command line writes unless told otherwise.</summary>
    public static string UsualFolder => Path.Combine(Path.GetTempPath(), "rocketmq", "export");

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
