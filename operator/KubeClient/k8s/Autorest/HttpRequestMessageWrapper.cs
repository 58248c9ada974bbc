namespace k8s.Autorest;

/// <summary>What was asked, kept for the log; never holds the authorization header.</summary>
public sealed class HttpRequestMessageWrapper
{
    public required HttpMethod Method { get; init; }

    public Uri? RequestUri { get; init; }

    public string? Content { get; init; }

    public IDictionary<string, IEnumerable<string>> Headers { get; init; } =
        new Dictionary<string, IEnumerable<string>>();
}
