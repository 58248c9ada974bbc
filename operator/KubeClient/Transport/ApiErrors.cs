using System.Net;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Operator.KubeClient.Transport;

/// <summary>
/// Turns an answer that is no success into an exception that says what was asked, what came back and what may help.
/// </summary>
internal static class ApiErrors
{
    /// <summary>A proxy's page of HTML is cut here; a status of the API server is far shorter.</summary>
    const int MaxTextBytes = 64 << 10;

    public static async Task<HttpOperationException> ReadAsync(
        ApiRequest request,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        var text = await TextAsync(response, cancellationToken);
        var status = Status(text);
        var message = new StringBuilder(
            $"{request.Method} {request.Path}: {(int)response.StatusCode} {response.ReasonPhrase}"
        );
        if (status?.Message is { Length: > 0 } said)
            message.Append(": ").Append(said);
        if (Hint(request, response.StatusCode) is { } hint)
            message.Append(" (").Append(hint).Append(')');
        return new HttpOperationException(message.ToString(), status is null ? null : new KubernetesException(status))
        {
            Request = new HttpRequestMessageWrapper
            {
                Method = request.Method,
                RequestUri = response.RequestMessage?.RequestUri,
            },
            Response = new HttpResponseMessageWrapper
            {
                StatusCode = response.StatusCode,
                ReasonPhrase = response.ReasonPhrase,
                Content = text,
                Headers = response.Headers.ToDictionary(h => h.Key, h => h.Value),
            },
            Body = status,
        };
    }

    static string? Hint(ApiRequest request, HttpStatusCode code) =>
        code switch
        {
            HttpStatusCode.Forbidden => $"the service account may need the verb {request.Verb} on {request.Resource}",
            HttpStatusCode.Unauthorized => "the credentials were not accepted",
            _ => null,
        };

    static V1Status? Status(string text)
    {
        if (!text.StartsWith('{'))
            return null;
        try
        {
            var status = KubernetesJson.Deserialize<V1Status>(text);
            return status.Kind == "Status" ? status : null;
        }
        catch (JsonException)
        {
            return null; // not from the API server: the text itself goes into the exception
        }
    }

    static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxTextBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
