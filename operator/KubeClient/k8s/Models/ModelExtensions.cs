namespace k8s.Models;

/// <summary>Shorthands for the metadata of any object.</summary>
public static class ModelExtensions
{
    public static string? Name(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.Name;

    public static string? Namespace(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.NamespaceProperty;

    public static string? Uid(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.Uid;

    public static string? ResourceVersion(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.ResourceVersion;

    public static long? Generation(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.Generation;

    public static DateTime? CreationTimestamp(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.CreationTimestamp;

    public static DateTime? DeletionTimestamp(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.DeletionTimestamp;

    public static IDictionary<string, string>? Labels(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.Labels;

    public static IDictionary<string, string>? Annotations(this IMetadata<V1ObjectMeta> obj) =>
        obj.Metadata?.Annotations;

    public static IList<string>? Finalizers(this IMetadata<V1ObjectMeta> obj) => obj.Metadata?.Finalizers;

    public static IList<V1OwnerReference>? OwnerReferences(this IMetadata<V1ObjectMeta> obj) =>
        obj.Metadata?.OwnerReferences;

    public static V1ObjectMeta EnsureMetadata(this IMetadata<V1ObjectMeta> obj) => obj.Metadata ??= new V1ObjectMeta();

    public static IDictionary<string, string> EnsureLabels(this V1ObjectMeta meta) =>
        meta.Labels ??= new Dictionary<string, string>();

    public static IDictionary<string, string> EnsureAnnotations(this V1ObjectMeta meta) =>
        meta.Annotations ??= new Dictionary<string, string>();

    public static IList<string> EnsureFinalizers(this V1ObjectMeta meta) => meta.Finalizers ??= new List<string>();

    public static void SetNamespace(this V1ObjectMeta meta, string? value) => meta.NamespaceProperty = value;

    /// <returns>False when it was there already.</returns>
    public static bool AddFinalizer(this IMetadata<V1ObjectMeta> obj, string finalizer)
    {
        if (obj.HasFinalizer(finalizer))
            return false;
        obj.EnsureMetadata().EnsureFinalizers().Add(finalizer);
        return true;
    }

    public static bool HasFinalizer(this IMetadata<V1ObjectMeta> obj, string finalizer) =>
        obj.Finalizers()?.Contains(finalizer) == true;

    /// <returns>Whether it was there.</returns>
    public static bool RemoveFinalizer(this IMetadata<V1ObjectMeta> obj, string finalizer) =>
        obj.Finalizers()?.Remove(finalizer) == true;

    public static string? GetLabel(this IMetadata<V1ObjectMeta> obj, string key) =>
        obj.Labels() is { } labels && labels.TryGetValue(key, out var value) ? value : null;

    public static void SetLabel(this IMetadata<V1ObjectMeta> obj, string key, string? value) =>
        Set(obj.EnsureMetadata().EnsureLabels(), key, value);

    public static string? GetAnnotation(this IMetadata<V1ObjectMeta> obj, string key) =>
        obj.Annotations() is { } annotations && annotations.TryGetValue(key, out var value) ? value : null;

    public static void SetAnnotation(this IMetadata<V1ObjectMeta> obj, string key, string? value) =>
        Set(obj.EnsureMetadata().EnsureAnnotations(), key, value);

    public static void AddOwnerReference(this IMetadata<V1ObjectMeta> obj, V1OwnerReference ownerReference) =>
        (obj.EnsureMetadata().OwnerReferences ??= new List<V1OwnerReference>()).Add(ownerReference);

    /// <returns>The index of the reference to <paramref name="owner"/>, or -1.</returns>
    public static int FindOwnerReference(this IMetadata<V1ObjectMeta> obj, IKubernetesObject<V1ObjectMeta> owner)
    {
        var references = obj.OwnerReferences();
        for (var i = 0; i < (references?.Count ?? 0); i++)
        {
            if (references![i].Matches(owner))
                return i;
        }
        return -1;
    }

    public static V1OwnerReference? GetOwnerReference(
        this IMetadata<V1ObjectMeta> obj,
        IKubernetesObject<V1ObjectMeta> owner
    ) => obj.FindOwnerReference(owner) is >= 0 and var index ? obj.OwnerReferences()![index] : null;

    public static bool IsOwnedBy(this IMetadata<V1ObjectMeta> obj, IKubernetesObject<V1ObjectMeta> owner) =>
        obj.FindOwnerReference(owner) >= 0;

    /// <returns>The reference to the one owner that controls the object.</returns>
    public static V1OwnerReference? GetController(this IMetadata<V1ObjectMeta> obj) =>
        obj.OwnerReferences()?.FirstOrDefault(r => r.Controller == true);

    /// <summary>
    /// Whether this reference means <paramref name="owner"/>: the uid decides, a name can be used again.
    /// </summary>
    public static bool Matches(this V1OwnerReference reference, IKubernetesObject<V1ObjectMeta> owner) =>
        reference.Uid == owner.Uid();

    public static string ApiGroup(this IKubernetesObject obj) => obj.ApiGroupAndVersion().Item1;

    public static string ApiGroupVersion(this IKubernetesObject obj) => obj.ApiGroupAndVersion().Item2;

    /// <returns>The group, empty for the core, and the version alone.</returns>
    public static (string Group, string Version) ApiGroupAndVersion(this IKubernetesObject obj)
    {
        var slash = obj.ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? ("", obj.ApiVersion) : (obj.ApiVersion[..slash], obj.ApiVersion[(slash + 1)..]);
    }

    static void Set(IDictionary<string, string> map, string key, string? value)
    {
        if (value is null)
            map.Remove(key);
        else
            map[key] = value;
    }
}
