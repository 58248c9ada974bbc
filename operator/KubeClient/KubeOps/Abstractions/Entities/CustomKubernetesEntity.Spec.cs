using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using k8s.Models;

namespace KubeOps.Abstractions.Entities;

/// <summary>Base of a custom resource with a spec.</summary>
[SuppressMessage("Design", "MA0048", Justification = "The generic twin of a type of the same name.")]
public abstract class CustomKubernetesEntity<TSpec> : CustomKubernetesEntity, ISpec<TSpec>
    where TSpec : new()
{
    [JsonPropertyName("spec")]
    public TSpec Spec { get; set; } = new();
}
