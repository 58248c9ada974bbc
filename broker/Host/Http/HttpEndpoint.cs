using System.Buffers;
using System.Net;
using System.Text;
using Broker.Telemetry;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Broker.Host.Http;

/// <summary>
/// The HTTP side of a process: /livez, /readyz, /metrics, and on name servers /rocketmq/nsaddr, where clients look
/// up the
/// name servers (protocol.md §4.14).
/// </summary>
sealed class HttpEndpoint : IAsyncDisposable
{
    /// <summary>Probes and scrapes: a handful at a time.</summary>
    const int ConnectionsMax = 256;

    readonly WebApplication _application;

    HttpEndpoint(WebApplication application, IPEndPoint address)
    {
        _application = application;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    public static async Task<HttpEndpoint> StartAsync(
        IPEndPoint address,
        MetricsRegistry metrics,
        HealthSource health,
        ILoggerFactory loggers,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
                kestrel.Limits.MaxRequestBodySize = 0;
                // Any address is any of both families, with or without IPv6 on this host.
                if (address.Address.Equals(IPAddress.Any))
                    kestrel.ListenAnyIP(address.Port, listen => listen.Protocols = HttpProtocols.Http1);
                else
                    kestrel.Listen(address, listen => listen.Protocols = HttpProtocols.Http1);
            });
        var application = builder.Build();
        var writer = new PrometheusWriter(metrics);
        application.Run(context => AnswerAsync(context, writer, health));
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
        var bound = application
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.First();
        return new HttpEndpoint(application, new IPEndPoint(address.Address, new Uri(bound).Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    static Task AnswerAsync(HttpContext context, PrometheusWriter writer, HealthSource health)
    {
        var path = context.Request.Path.Value ?? "";
        if (context.Request.Method is not ("GET" or "HEAD"))
            return TextAsync(context, HttpStatusCode.MethodNotAllowed, "Only GET is served here.\n");
        return path switch
        {
            "/livez" => TextAsync(context, health.Live()),
            "/readyz" => TextAsync(context, health.Ready()),
            "/metrics" => MetricsAsync(context, writer),
            _ when path.StartsWith("/rocketmq/nsaddr", StringComparison.Ordinal)
                    && health.NameServers(Reached(context)) is { } list => TextAsync(context, HttpStatusCode.OK, list),
            _ => TextAsync(context, HttpStatusCode.NotFound, "Served here: /livez /readyz /metrics\n"),
        };
    }

    /// <summary>The address of this host that the client has come to.</summary>
    static IPAddress Reached(HttpContext context)
    {
        var local = context.Connection.LocalIpAddress ?? IPAddress.Loopback;
        return local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local;
    }

    static Task TextAsync(HttpContext context, string? problem) =>
        problem is null
            ? TextAsync(context, HttpStatusCode.OK, "ok\n")
            : TextAsync(context, HttpStatusCode.ServiceUnavailable, problem + "\n");

    static Task TextAsync(HttpContext context, HttpStatusCode status, string text)
    {
        context.Response.StatusCode = (int)status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return WriteAsync(context, Encoding.UTF8.GetBytes(text));
    }

    static Task MetricsAsync(HttpContext context, PrometheusWriter writer)
    {
        var format = ContentNegotiation.Choose(context.Request.Headers.Accept.ToString());
        var text = new ArrayBufferWriter<byte>(64 * 1024);
        writer.Write(text, format);
        context.Response.ContentType = ContentNegotiation.ContentType(format);
        return WriteAsync(context, text.WrittenMemory);
    }

    static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentLength = body.Length;
        return context.Request.Method == "HEAD"
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
