using k8s;
using k8s.Models;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient.Resources;

public static class KubernetesResources
{
    /// <summary>The verbs of one kind, more of them than <c>IKubernetesClient</c> has.</summary>
    /// <param name="at">
    /// Another place than the class says, for example an older version of the API with the same fields.
    /// </param>
    public static ResourceClient<T> Resources<T>(this IKubernetes kubernetes, ResourcePath? at = null)
        where T : IKubernetesObject<V1ObjectMeta> =>
        new(((Kubernetes)kubernetes).Transport, at ?? ResourcePath.Of<T>());
}
