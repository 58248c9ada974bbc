namespace Broker.Host;

/// <summary>How a role's process ends; what a supervisor may rely on.</summary>
static class ExitCode
{
    /// <summary>Asked to stop, and did so in order.</summary>
    public const int Stopped = 0;

    /// <summary>Failed while running, or could not begin: the last line of the log says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration cannot be used; starting again will not help.</summary>
    public const int BadConfiguration = 2;
}
