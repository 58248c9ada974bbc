using k8s.Models;
using KubeOps.KubernetesClient;
using Operator.KubeClient.Resources;
using Operator.KubeClient.Transport;

namespace Broker.Cluster;

/// <summary>
/// The EndpointSlices of an API server in the version that it has: <c>discovery.k8s.io/v1</c> since Kubernetes 1.21,
/// v1beta1 with the same fields before.
/// </summary>
sealed class EndpointSlices(IKubernetesClient client)
{
    ResourceClient<V1EndpointSlice>? _known;

    public async ValueTask<ResourceClient<V1EndpointSlice>> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
            return known;
        var version = await ServerVersion.GetAsync(client.ApiClient, cancellationToken);
        ResourcePath? at = version.IsAtLeast(1, 21)
            ? null
            : new ResourcePath("discovery.k8s.io", "v1beta1", "endpointslices");
        return _known = client.ApiClient.Resources<V1EndpointSlice>(at);
    }
}
