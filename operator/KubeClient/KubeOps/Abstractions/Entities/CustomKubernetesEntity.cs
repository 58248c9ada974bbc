using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace KubeOps.Abstractions.Entities;

/// <summary>Base of a custom resource that has only metadata.</summary>
public abstract class CustomKubernetesEntity : KubernetesObject, IKubernetesObject<V1ObjectMeta>
{
    [JsonPropertyName("metadata"), JsonPropertyOrder(-1)]
    public V1ObjectMeta Metadata { get; set; } = new();
}
