using k8s;
using k8s.Models;

namespace KubeOps.Abstractions.Entities;

public static class KubernetesExtensions
{
    public static TEntity WithResourceVersion<TEntity>(this TEntity entity, string resourceVersion)
        where TEntity : IKubernetesObject<V1ObjectMeta>
    {
        entity.Metadata.ResourceVersion = resourceVersion;
        return entity;
    }

    /// <summary>Makes a write conditional on what <paramref name="other"/> was read as.</summary>
    public static TEntity WithResourceVersion<TEntity>(this TEntity entity, TEntity other)
        where TEntity : IKubernetesObject<V1ObjectMeta>
    {
        entity.Metadata.ResourceVersion = other.Metadata.ResourceVersion;
        return entity;
    }

    /// <summary>How an event names the object that it is about.</summary>
    public static V1ObjectReference MakeObjectReference(this IKubernetesObject<V1ObjectMeta> entity) =>
        new()
        {
            ApiVersion = entity.ApiVersion,
            Kind = entity.Kind,
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            ResourceVersion = entity.Metadata.ResourceVersion,
            Uid = entity.Metadata.Uid,
        };

    /// <summary>How a child names its parent; neither controller nor blocking until those are set.</summary>
    public static V1OwnerReference MakeOwnerReference(this IKubernetesObject<V1ObjectMeta> entity) =>
        new()
        {
            ApiVersion = entity.ApiVersion,
            Kind = entity.Kind,
            Name = entity.Metadata.Name ?? "",
            Uid = entity.Metadata.Uid ?? "",
        };
}
