using k8s.Models;

namespace Scenarios.ApiServer;

/// <summary>The kinds that every server here knows from its start.</summary>
internal static class BuiltInTypes
{
    public static IEnumerable<ResourceType> All { get; } =
    [
        ResourceType.Of<V1Namespace>(namespaced: false, hasStatus: true),
        ResourceType.Of<V1Node>(namespaced: false, hasStatus: true),
        ResourceType.Of<V1Pod>(hasStatus: true, hasGeneration: true),
        ResourceType.Of<V1Service>(hasStatus: true),
        ResourceType.Of<V1ConfigMap>(),
        ResourceType.Of<V1Secret>(),
        ResourceType.Of<V1ServiceAccount>(),
        ResourceType.Of<V1PersistentVolumeClaim>(hasStatus: true),
        ResourceType.Of<Corev1Event>(),
        ResourceType.Of<V1StatefulSet>(hasStatus: true, hasGeneration: true),
        ResourceType.Of<V1Deployment>(hasStatus: true, hasGeneration: true),
        ResourceType.Of<V1Job>(hasStatus: true, hasGeneration: true),
        ResourceType.Of<V1PodDisruptionBudget>(hasStatus: true, hasGeneration: true),
        ResourceType.Of<V1Lease>() with
        {
            NeedsVersion = true,
        },
        ResourceType.Of<V1EndpointSlice>(hasGeneration: true),
        ResourceType.Of<V1Role>(),
        ResourceType.Of<V1RoleBinding>(),
        ResourceType.Of<V1ClusterRole>(namespaced: false),
        ResourceType.Of<V1ClusterRoleBinding>(namespaced: false),
        ResourceType.Of<V1StorageClass>(namespaced: false),
        ResourceType.Of<V1CustomResourceDefinition>(namespaced: false, hasStatus: true, hasGeneration: true) with
        {
            NeedsVersion = true,
        },
    ];
}
