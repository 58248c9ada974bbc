using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using k8s.Models;

namespace KubeOps.Abstractions.Entities;

/// <summary>Base of a custom resource with a spec and a status subresource.</summary>
[SuppressMessage("Design", "MA0048", Justification = "The generic twin of a type of the same name.")]
public abstract class CustomKubernetesEntity<TSpec, TStatus> : CustomKubernetesEntity<TSpec>, IStatus<TStatus>
    where TSpec : new()
    where TStatus : new()
{
    [JsonPropertyName("status")]
    public TStatus Status { get; set; } = new();
}
