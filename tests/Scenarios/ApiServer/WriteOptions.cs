namespace Scenarios.ApiServer;

/// <summary>What a write says beside its object.</summary>
/// <param name="Manager">The field manager; empty when none was named.</param>
/// <param name="Subresource">Empty for the object itself.</param>
internal sealed record WriteOptions(string Manager, string Subresource = "", bool Force = false, bool DryRun = false)
{
    public ManagedFields.Manager Applier => new(Manager, "Apply", Subresource);

    public ManagedFields.Manager Updater => new(Manager.Length > 0 ? Manager : "unknown", "Update", Subresource);
}
