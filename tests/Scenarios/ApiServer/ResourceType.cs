using k8s;

namespace Scenarios.ApiServer;

/// <summary>A kind of objects that the server knows, and the rules of it that differ from kind to kind.</summary>
/// <param name="Group">Empty for the core group.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind)
{
    public bool Namespaced { get; init; } = true;

    /// <summary>The status changes only through its subresource, everything else only beside it.</summary>
    public bool HasStatus { get; init; }

    /// <summary>A change of anything but metadata and status raises <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>A PUT must say which resource version it replaces, as for custom resources and leases.</summary>
    public bool NeedsVersion { get; init; }

    /// <summary>How lists and maps merge; by the schema for custom resources.</summary>
    public MergeRules Merging { get; init; } = MergeRules.BuiltIn;

    /// <summary>The structural schema of a custom resource: defaults, checks and what is cut away.</summary>
    public StructuralSchema? Schema { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>As people and events write it, for example <c>statefulsets.apps</c>.</summary>
    public string Name => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The type of a model class, with the usual rules.</summary>
    public static ResourceType Of<T>(bool namespaced = true, bool hasStatus = false, bool hasGeneration = false)
    {
        var entity = typeof(T).GetKubernetesTypeMetadata();
        return new ResourceType(entity.Group, entity.ApiVersion, entity.PluralName, entity.Kind)
        {
            Namespaced = namespaced,
            HasStatus = hasStatus,
            HasGeneration = hasGeneration,
        };
    }

    public override string ToString() => Name;
}
