namespace Broker.Host.Roles;

/// <summary>
/// Ends the process at once when memory cannot be had. The exception may surface in the middle of anything, and what it
/// leaves half done nobody can know; what is acknowledged is in the log, and a new process recovers from there. The
/// way of Java's <c>ExitOnOutOfMemoryError</c>.
/// </summary>
static class OutOfMemory
{
    const string Advice =
        "Out of memory. Give the process more (in Kubernetes: resources.limits.memory of the broker or name server).";

    /// <summary>From now on, for the rest of the process.</summary>
    public static void EndsTheProcess() =>
        AppDomain.CurrentDomain.FirstChanceException += static (_, thrown) =>
        {
            if (thrown.Exception is OutOfMemoryException)
                Environment.FailFast(Advice, thrown.Exception);
        };
}
