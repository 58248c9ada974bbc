namespace Scenarios.ApiServer;

/// <summary>The parts of a path of the API.</summary>
/// <param name="Namespace">Empty for objects outside namespaces and for lists over all of them.</param>
/// <param name="Name">Null for the collection.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record ApiPath(
    string Group,
    string Version,
    string Namespace,
    string Plural,
    string? Name,
    string Subresource
)
{
    /// <returns>Null when the path is none of an object or a collection.</returns>
    public static ApiPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] => ("", v, r),
            ["apis", var g, var v, .. var r] => (g, v, r),
            _ => ("", "", []),
        };
        return rest switch
        {
            // A namespace is itself an object, and may have a subresource.
            ["namespaces", var name, "status" or "finalize"] => new ApiPath(
                group,
                version,
                "",
                "namespaces",
                name,
                rest[2]
            ),
            ["namespaces", var @namespace, var plural, .. var more] when more.Length <= 2 => new ApiPath(
                group,
                version,
                @namespace,
                plural,
                more.ElementAtOrDefault(0),
                more.ElementAtOrDefault(1) ?? ""
            ),
            [var plural, .. var more] when more.Length <= 2 => new ApiPath(
                group,
                version,
                "",
                plural,
                more.ElementAtOrDefault(0),
                more.ElementAtOrDefault(1) ?? ""
            ),
            _ => null,
        };
    }
}
