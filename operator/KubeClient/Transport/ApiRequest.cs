using System.Text;

namespace Operator.KubeClient.Transport;

/// <summary>One call of the API.</summary>
/// <param name="Verb">
/// Kubernetes' word for it (get, list, watch, create …): the label of metrics, and the right that it needs.
/// </param>
/// <param name="Path">From <c>/api</c> on, escaped, without query.</param>
public sealed record ApiRequest(HttpMethod Method, string Verb, ResourcePath Resource, string Path)
{
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The media type of <see cref="Body"/>; no body is sent when null.</summary>
    public string? ContentType { get; init; }

    public string PathAndQuery()
    {
        var text = new StringBuilder(Path);
        var separator = '?';
        foreach (var (name, value) in Query)
        {
            if (value is null)
                continue;
            text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }
        return text.ToString();
    }
}
