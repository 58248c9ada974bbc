using System.CommandLine;

namespace Broker.Host.Admin;

/// <summary>
/// The <c>admin</c> role: what a person or a Job asks of a running cluster. Each verb is a command of its own.
/// </summary>
public static class AdminCommand
{
    /// <summary>The command with all its verbs, for the root command.</summary>
    public static Command Create() =>
        new("admin", "Ask something of a running cluster.") { CheckCommand.Create(TimeProvider.System) };
}
