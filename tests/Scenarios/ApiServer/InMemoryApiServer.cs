using System.Net;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Scenarios.ApiServer;

/// <summary>
/// A Kubernetes API server in this process: real HTTP, real versions, watches, conflicts, server-side apply, finalizers
/// and garbage collection, with faults at the push of a button and a record of every call. It runs no controllers: a
/// StatefulSet gets no pods unless the test makes them (<see cref="Objects"/>).
/// </summary>
public sealed class InMemoryApiServer : IAsyncDisposable
{
    readonly WebApplication app;
    readonly ObjectStore store;
    readonly GarbageCollector garbage;
    readonly Lists lists;
    int heldCalls;
    readonly Dictionary<(string Group, string Version, string Plural), ResourceType> types = [];

    InMemoryApiServer(ApiServerOptions options)
    {
        store = new ObjectStore(options.HistoryLength, options.Time);
        garbage = new GarbageCollector(store);
        lists = new Lists(store, options.OpenLists);
        Watches = new Watches(store, options);
        var writes = new Writes(store, new ServiceAddresses(store), garbage, options.Defaulting);
        Objects = new ServerObjects(this, store, writes);
        foreach (var type in BuiltInTypes.All)
            Register(type);
        store.Happened += Learn;
        var handler = new RequestHandler(this, store, writes, lists, options);
        app = Build(options, handler.HandleAsync);
    }

    /// <summary>What goes wrong.</summary>
    public Faults Faults { get; } = new();

    /// <summary>Calls that get no answer now, because of a fault.</summary>
    public int HeldCalls => Volatile.Read(ref heldCalls);

    /// <summary>What was asked.</summary>
    public CallLog Calls { get; } = new();

    public Watches Watches { get; }

    /// <summary>Reads and changes objects as somebody else, past HTTP, faults and the record of calls.</summary>
    public ServerObjects Objects { get; }

    public Uri Uri => new(app.Urls.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    /// <summary>A new configuration for a client of this server.</summary>
    public KubernetesClientConfiguration Configuration => new() { Host = app.Urls.First(), Namespace = "default" };

    /// <summary>
    /// Starts a server on a free port of the loopback interface, with the namespaces default and kube-system.
    /// </summary>
    public static async Task<InMemoryApiServer> StartAsync(ApiServerOptions? options = null)
    {
        var server = new InMemoryApiServer(options ?? new ApiServerOptions());
        server.Objects.EnsureNamespace("default");
        server.Objects.EnsureNamespace("kube-system");
        await server.app.StartAsync();
        return server;
    }

    /// <summary>Makes a kind known; one of the same place is replaced.</summary>
    public void Register(ResourceType type)
    {
        lock (store.Gate)
            types[(type.Group, type.Version, type.Plural)] = type;
    }

    /// <summary>
    /// Watches that begin before this moment are too old, and lists that are half read cannot be read on.
    /// </summary>
    public void ForgetHistory()
    {
        lock (store.Gate)
        {
            store.ForgetHistory();
            lists.Forget();
        }
    }

    /// <summary>Children outlive their owners from now on, until <see cref="CollectGarbage"/>.</summary>
    public void PauseGarbageCollector()
    {
        lock (store.Gate)
            garbage.Pause();
    }

    /// <summary>Deletes what has lost all its owners.</summary>
    public void CollectGarbage()
    {
        lock (store.Gate)
            garbage.Collect();
    }

    public async ValueTask DisposeAsync()
    {
        Watches.Cut();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
    }

    internal async Task HoldAsync(Task until)
    {
        Interlocked.Increment(ref heldCalls);
        await until.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref heldCalls);
    }

    internal ResourceType? Find(string group, string version, string plural)
    {
        lock (store.Gate)
            return types.GetValueOrDefault((group, version, plural));
    }

    /// <summary>The answer to <c>/apis</c>, which tells platforms apart.</summary>
    internal JsonObject Groups()
    {
        lock (store.Gate)
            return new JsonObject
            {
                ["kind"] = "APIGroupList",
                ["apiVersion"] = "v1",
                ["groups"] = new JsonArray([
                    .. types
                        .Keys.Select(k => k.Group)
                        .Where(g => g.Length > 0)
                        .Distinct()
                        .Select(g => (JsonNode)new JsonObject { ["name"] = g }),
                ]),
            };
    }

    internal ResourceType FindByName(string name)
    {
        lock (store.Gate)
            return types.Values.First(t => t.Name == name);
    }

    void Learn(StoreEvent happened)
    {
        if (happened.Object.Type.Kind != "CustomResourceDefinition")
            return;
        foreach (var type in CustomTypes.Of(happened.Object.Json))
        {
            if (happened.Kind == "DELETED")
                types.Remove((type.Group, type.Version, type.Plural));
            else
                types[(type.Group, type.Version, type.Plural)] = type;
        }
    }

    static WebApplication Build(ApiServerOptions options, RequestDelegate handle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    if (options.Certificate is { } certificate)
                    {
                        listen.Protocols = HttpProtocols.Http1AndHttp2;
                        listen.UseHttps(
                            certificate,
                            https =>
                            {
                                if (!options.AskForClientCertificate)
                                    return;
                                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                                https.AllowAnyClientCertificate();
                            }
                        );
                    }
                }
            );
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var built = builder.Build();
        built.Run(handle);
        return built;
    }
}
