namespace KubeOps.Abstractions.Entities;

/// <summary>The names of a kind.</summary>
/// <param name="Version">The version alone, without the group.</param>
public sealed record EntityMetadata(string Kind, string Version, string? Group = null, string? Plural = null)
{
    public string ListKind => Kind + "List";

    public string SingularName => Kind.ToLowerInvariant();

    public string PluralName => (string.IsNullOrEmpty(Plural) ? Kind + "s" : Plural).ToLowerInvariant();

    public string GroupWithVersion => string.IsNullOrEmpty(Group) ? Version : $"{Group}/{Version}";
}
