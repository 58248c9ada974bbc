using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>
/// How lists merge when several parties own parts of them. A path here is the names from the root, without items.
/// </summary>
public sealed class MergeRules(
    Func<IReadOnlyList<string>, ListRule> listAt,
    Func<IReadOnlyList<string>, bool> isAtomicMap
)
{
    static readonly Dictionary<string, ListRule> ByName = new()
    {
        ["containers"] = ListRule.Map("name"),
        ["initContainers"] = ListRule.Map("name"),
        ["ephemeralContainers"] = ListRule.Map("name"),
        ["env"] = ListRule.Map("name"),
        ["volumes"] = ListRule.Map("name"),
        ["volumeMounts"] = ListRule.Map("mountPath"),
        ["imagePullSecrets"] = ListRule.Map("name"),
        ["topologySpreadConstraints"] = ListRule.Map("topologyKey", "whenUnsatisfiable"),
        ["ownerReferences"] = ListRule.Map("uid"),
        ["conditions"] = ListRule.Map("type"),
        ["hostAliases"] = ListRule.Map("ip"),
        ["podIPs"] = ListRule.Map("ip"),
        ["finalizers"] = ListRule.Set,
    };

    /// <summary>The rules of the kinds of Kubernetes itself, as far as they are used here.</summary>
    public static MergeRules BuiltIn { get; } =
        new(
            path =>
                path switch
                {
                    [.., "containers" or "initContainers", "ports"] => ListRule.Map("containerPort", "protocol"),
                    ["spec", "ports"] => ListRule.Map("port", "protocol"),
                    // The rules of a CRD's columns and versions, of roles and of endpoints: whole lists, one owner.
                    [.., var name] when ByName.TryGetValue(name, out var rule) => rule,
                    _ => ListRule.Atomic,
                },
            path =>
                path
                    is [.., "selector"]
                        or [.., "nodeSelector"]
                        or [.., "labelSelector"]
                        or [.., "secretKeyRef" or "configMapKeyRef" or "fieldRef"]
        );

    public ListRule ListAt(IReadOnlyList<string> path) => listAt(path);

    /// <summary>Whether an object at this path is replaced whole.</summary>
    public bool IsAtomicMap(IReadOnlyList<string> path) => isAtomicMap(path);
}
