using Operator.KubeClient;
using Operator.KubeClient.Transport;

namespace k8s;

/// <inheritdoc cref="IKubernetes"/>
public sealed class Kubernetes : IKubernetes
{
    /// <exception cref="System.Security.Cryptography.CryptographicException">
    /// The client certificate cannot be read.
    /// </exception>
    public Kubernetes(KubernetesClientConfiguration config, params DelegatingHandler[] handlers)
        : this(config, TimeProvider.System, KubeMeters.Unread(), handlers) { }

    public Kubernetes(
        KubernetesClientConfiguration config,
        TimeProvider timeProvider,
        KubeMeters meters,
        params DelegatingHandler[] handlers
    )
    {
        Transport = new ApiTransport(config, timeProvider, meters, handlers);
        Configuration = config;
    }

    /// <summary>Setting it is not possible: make another client.</summary>
    public Uri BaseUri
    {
        get => Transport.BaseUri;
        set => throw new NotSupportedException("the address of a client is given by its configuration");
    }

    public ApiTransport Transport { get; }

    internal KubernetesClientConfiguration Configuration { get; }

    public void Dispose() => Transport.Dispose();
}
