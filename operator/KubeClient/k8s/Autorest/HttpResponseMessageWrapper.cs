using System.Net;

namespace k8s.Autorest;

/// <summary>What was answered, kept after the response itself is gone.</summary>
public sealed class HttpResponseMessageWrapper
{
    public HttpStatusCode StatusCode { get; init; }

    public string? ReasonPhrase { get; init; }

    public string? Content { get; init; }

    public IDictionary<string, IEnumerable<string>> Headers { get; init; } =
        new Dictionary<string, IEnumerable<string>>();
}
