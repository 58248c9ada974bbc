namespace Operator.Control.Catalogues;

/// <summary>A pass over all resources of one kind that refer to an instance.</summary>
interface IRemotePass
{
    /// <summary>Makes the pass.</summary>
    /// <returns>When the next is due, null when there are no resources; and whether nothing failed.</returns>
    Task<(TimeSpan? Next, bool Settled)> RunAsync(InstanceContext context, CancellationToken cancellationToken);
}
