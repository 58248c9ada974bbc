namespace Operator.KubeClient.Transport;

/// <summary>A watch that the server accepted. Disposing of it ends the request.</summary>
public sealed class ApiStream : IAsyncDisposable
{
    readonly HttpResponseMessage response;
    readonly CancellationTokenSource lifetime;

    internal ApiStream(HttpResponseMessage response, Stream content, CancellationTokenSource lifetime) =>
        (this.response, Content, this.lifetime) = (response, content, lifetime);

    /// <summary>The body as it arrives, nothing of it buffered.</summary>
    public Stream Content { get; }

    /// <summary>Ends when the caller's token ends.</summary>
    public CancellationToken Token => lifetime.Token;

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        response.Dispose();
        lifetime.Dispose();
    }
}
