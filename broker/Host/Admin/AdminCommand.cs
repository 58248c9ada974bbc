using System.CommandLine;
using Broker.Core.Configuration;

namespace Broker.Host.Admin;

/// <summary>
/// The <c>admin</c> role: what a person or a Job asks of a running cluster. Each verb is a command of its own, with the
/// names of the reference's command line.
/// </summary>
public static class AdminCommand
{
    /// <summary>The command with all its verbs, for the root command.</summary>
    public static Command Create() => Create(TimeProvider.System);

    internal static Command Create(TimeProvider time)
    {
        var admin = new Command("admin", "Ask something of a running cluster.") { CheckCommand.Create(time) };
        foreach (var verb in AdminVerbs.Create(time))
            admin.Add(verb);
        // A verb that does not exist is answered here: the parser would print the help of everything.
        admin.TreatUnmatchedTokensAsErrors = false;
        admin.SetAction(parsed => Unknown(admin, parsed));
        return admin;
    }

    static int Unknown(Command admin, ParseResult parsed)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (parsed.UnmatchedTokens is not [var typed, ..])
            error.WriteLine("admin: say a verb; `rocketmq admin --help` lists them.");
        else
        {
            string? near = NearestName.Of(typed, admin.Subcommands.Select(verb => verb.Name));
            string hint = near is null ? "" : $" Did you mean {near}?";
            error.WriteLine($"admin: there is no verb {typed}.{hint} `rocketmq admin --help` lists all.");
        }
        return ExitCode.BadConfiguration;
    }
}
