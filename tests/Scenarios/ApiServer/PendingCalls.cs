namespace Scenarios.ApiServer;

/// <summary>
/// Counts the calls of a client that wait for an answer, so that a test under a clock of its own does not let hours
/// pass while the machine is busy with them. Calls that a fault holds back do not count.
/// </summary>
public sealed class PendingCalls(InMemoryApiServer server) : DelegatingHandler
{
    int count;

    public bool Any => Volatile.Read(ref count) > server.HeldCalls;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        Interlocked.Increment(ref count);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref count);
        }
    }
}
