using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using k8s;
using k8s.Authentication;

namespace Operator.KubeClient.Transport;

/// <summary>
/// Sends calls to one API server: identity, deadline, retries that the server asked for, errors as exceptions.
/// It knows nothing of kinds. Safe for any number of callers.
/// </summary>
public sealed class ApiTransport : IDisposable
{
    /// <summary>
    /// How often a call is sent that the server turns away with a delay (429, 503); then the caller's back-off
    /// decides.
    /// </summary>
    const int MaxAttempts = 4;

    /// <summary>The longest delay that is waited for inside a call.</summary>
    static readonly TimeSpan MaxRetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>An answer beyond this is refused: a page of 500 objects of 100 KiB fits.</summary>
    const int MaxAnswerBytes = 64 << 20;

    readonly HttpMessageInvoker invoker;
    readonly string prefix;
    readonly ITokenProvider? tokens;
    readonly AuthenticationHeaderValue? authorization;
    readonly ProductInfoHeaderValue[] userAgent;
    readonly TimeSpan timeout;
    readonly string? serverName;
    readonly Version version;
    readonly TimeProvider time;
    readonly List<IDisposable> owned = [];

    public ApiTransport(
        KubernetesClientConfiguration configuration,
        TimeProvider timeProvider,
        KubeMeters meters,
        params DelegatingHandler[] handlers
    )
    {
        Meters = meters;
        time = timeProvider;
        var certificate = HandlerFactory.LoadClientCertificate(configuration);
        if (certificate is not null)
            owned.Add(certificate);
        invoker = new HttpMessageInvoker(Chain(HandlerFactory.Create(configuration, certificate), handlers));
        BaseUri = new Uri(configuration.Host);
        prefix = BaseUri.ToString().TrimEnd('/');
        timeout = configuration.HttpClientTimeout;
        serverName = string.IsNullOrEmpty(configuration.TlsServerName) ? null : configuration.TlsServerName;
        // Without TLS there is nothing to agree on a version with, so plain HTTP stays at 1.1.
        version =
            configuration.DisableHttp2 || BaseUri.Scheme != Uri.UriSchemeHttps
                ? HttpVersion.Version11
                : HttpVersion.Version20;
        tokens = configuration.TokenProvider;
        if (tokens is IDisposable disposable)
            owned.Add(disposable);
        authorization = configuration switch
        {
            { TokenProvider: not null } => null,
            { AccessToken: { Length: > 0 } token } => new AuthenticationHeaderValue("Bearer", token),
            { Username: { Length: > 0 } user } => new AuthenticationHeaderValue(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{configuration.Password}"))
            ),
            _ => null,
        };
        userAgent = UserAgent(configuration.UserAgent);
    }

    public Uri BaseUri { get; }

    public KubeMeters Meters { get; }

    /// <summary>The whole answer of a call that succeeded.</summary>
    /// <exception cref="k8s.Autorest.HttpOperationException">The server refused.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, or the connection broke.</exception>
    /// <exception cref="TimeoutException">
    /// No whole answer within the configuration's <c>HttpClientTimeout</c>.
    /// </exception>
    public async Task<byte[]> SendAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            TimeSpan delay;
            try
            {
                using var response = await SendOnceAsync(request, linked.Token);
                if (response.IsSuccessStatusCode)
                    return await ReadAsync(response, linked.Token);
                var error = await ApiErrors.ReadAsync(request, response, linked.Token);
                if (attempt == MaxAttempts || !MayRetry(response, attempt, out delay))
                    throw error;
            }
            catch (OperationCanceledException e)
                when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"{request.Method} {request.Path}: no answer within {timeout.TotalSeconds} s",
                    e
                );
            }
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    /// <summary>
    /// Opens a stream without end. The deadline covers the beginning of the answer, not what follows.
    /// </summary>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    public async Task<ApiStream> OpenAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            // Lives as long as the stream and is disposed of with it: one linked source per watch, not one per read.
            var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
            HttpResponseMessage? response = null;
            TimeSpan delay;
            try
            {
                response = await SendOnceAsync(request, linked.Token);
                if (response.IsSuccessStatusCode)
                {
                    deadline.CancelAfter(Timeout.InfiniteTimeSpan);
                    var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
                    var opened = new ApiStream(response, stream, linked);
                    (response, linked) = (null, null);
                    return opened;
                }
                var error = await ApiErrors.ReadAsync(request, response, linked.Token);
                if (attempt == MaxAttempts || !MayRetry(response, attempt, out delay))
                    throw error;
            }
            catch (OperationCanceledException e)
                when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"{request.Method} {request.Path}: no answer within {timeout.TotalSeconds} s",
                    e
                );
            }
            finally
            {
                response?.Dispose();
                linked?.Dispose();
            }
            await Task.Delay(delay, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        invoker.Dispose();
        foreach (var disposable in owned)
            disposable.Dispose();
    }

    async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(request.Method, prefix + request.PathAndQuery());
        message.Version = version;
        message.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        // The handler takes the name that a certificate must hold from here; what is set in its TLS options is
        // overwritten.
        message.Headers.Host = serverName;
        message.Headers.Accept.ParseAdd("application/json");
        foreach (var product in userAgent)
            message.Headers.UserAgent.Add(product);
        message.Headers.Authorization = tokens is null
            ? authorization
            : await tokens.GetAuthenticationHeaderAsync(cancellationToken);
        if (request.ContentType is not null)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        }
        var started = Stopwatch.GetTimestamp();
        var code = "error";
        try
        {
            var response = await invoker.SendAsync(message, cancellationToken);
            code = ((int)response.StatusCode).ToString();
            return response;
        }
        finally
        {
            Meters.Request(request, code, Stopwatch.GetElapsedTime(started));
        }
    }

    static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>
    /// Only what the server says it has not begun: it then names a delay. A refused identity is tried once more
    /// with a new one.
    /// </summary>
    bool MayRetry(HttpResponseMessage response, int attempt, out TimeSpan delay)
    {
        delay = TimeSpan.Zero;
        if (response.StatusCode == HttpStatusCode.Unauthorized && tokens is ExecTokenProvider provider && attempt == 1)
        {
            provider.Forget();
            return true;
        }
        if (
            response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            || response.Headers.RetryAfter is not { } retryAfter
        )
            return false;
        delay = retryAfter.Delta ?? retryAfter.Date - time.GetUtcNow() ?? TimeSpan.Zero;
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        return delay <= MaxRetryAfter;
    }

    static HttpMessageHandler Chain(HttpMessageHandler innermost, DelegatingHandler[] handlers)
    {
        var next = innermost;
        foreach (var handler in handlers.Reverse())
        {
            handler.InnerHandler = next;
            next = handler;
        }
        return next;
    }

    static ProductInfoHeaderValue[] UserAgent(string? configured)
    {
        var assembly = (System.Reflection.Assembly.GetEntryAssembly() ?? typeof(ApiTransport).Assembly).GetName();
        using var message = new HttpRequestMessage();
        message.Headers.UserAgent.ParseAdd(configured ?? $"{assembly.Name}/{assembly.Version?.ToString(3)}");
        return [.. message.Headers.UserAgent];
    }
}
