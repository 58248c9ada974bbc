using System.Diagnostics.CodeAnalysis;
using k8s.Models;

namespace k8s;

/// <summary>An object of the API server that has metadata, as all that can be read, written and watched have.</summary>
[SuppressMessage("Design", "MA0048", Justification = "The generic twin of a type of the same name.")]
public interface IKubernetesObject<TMetadata> : IKubernetesObject, IMetadata<TMetadata>;
