using Broker.Protocol.Json;

namespace Broker.Host.Admin;

/// <summary>Files that are given to verbs.</summary>
static class InputFile
{
    /// <summary>The elements of a file that holds a JSON list.</summary>
    /// <exception cref="AdminFailedException">It cannot be read, or is no JSON list.</exception>
    public static async Task<IReadOnlyList<FastJson>> ListAsync(string file, CancellationToken cancellationToken)
    {
        byte[] text;
        try
        {
            text = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new AdminFailedException($"{file} cannot be read: {failure.Message}", failure);
        }
        if (!FastJson.TryParse(text, out var json, out string? problem))
            throw new AdminFailedException($"{file} is not JSON: {problem}");
        if (json.Kind != FastJsonKind.Array || json.Items.Count == 0)
            throw new AdminFailedException($"{file} is not a JSON list with something in it");
        return json.Items;
    }
}
