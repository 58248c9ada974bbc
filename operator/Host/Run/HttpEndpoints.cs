using System.Text;
using Broker.Telemetry;
using k8s.LeaderElection;
using Operator.Control;

namespace Operator.Host.Run;

/// <summary>
/// <c>/livez</c> (the watches say something), <c>/readyz</c> (the caches are filled, and the Lease is not refused) and
/// <c>/metrics</c>.
/// </summary>
sealed class HttpEndpoints : IAsyncDisposable
{
    /// <summary>
    /// After two and a half minutes of silence the server is asked, and a watch behind which nobody answers is
    /// opened again, at most half a minute apart; one that is silent for so long is beyond that, and a restart is the
    /// last resort.
    /// </summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);

    readonly WebApplication _app;
    readonly OperatorRuntime _runtime;
    readonly LeaderElector _elector;
    readonly PrometheusWriter _metrics;

    public HttpEndpoints(
        int port,
        OperatorRuntime runtime,
        LeaderElector elector,
        MetricsRegistry metrics,
        ILoggerFactory logging
    )
    {
        (_runtime, _elector) = (runtime, elector);
        _metrics = new PrometheusWriter(metrics);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logging);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenAnyIP(port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        _app = builder.Build();
        _app.MapGet("/livez", LiveAsync);
        _app.MapGet("/readyz", ReadyAsync);
        _app.MapGet("/metrics", MetricsAsync);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        foreach (var url in _app.Urls)
            await Console.Out.WriteLineAsync($"ready: http {new Uri(url).Authority}");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    Task LiveAsync(HttpContext context)
    {
        var age = _runtime.Age;
        var text = $"leader: {_elector.IsLeader()}\nage of the quietest watch: {age.TotalSeconds:0} s\n";
        return AnswerAsync(context, age < LongestSilence, text);
    }

    Task ReadyAsync(HttpContext context)
    {
        var synced = _runtime.HasSynced;
        var text = synced ? "caches are filled\n" : "caches are being filled\n";
        var refusal = _elector.Refusal;
        if (refusal is not null)
            text += $"it cannot lead, and does nothing: grant it get and update on the Lease of --lease. {refusal}\n";
        return AnswerAsync(context, synced && refusal is null, text);
    }

    async Task MetricsAsync(HttpContext context)
    {
        var format = ContentNegotiation.Choose(context.Request.Headers.Accept);
        context.Response.ContentType = ContentNegotiation.ContentType(format);
        _metrics.Write(context.Response.BodyWriter, format);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    static Task AnswerAsync(HttpContext context, bool isWell, string text)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }
}
