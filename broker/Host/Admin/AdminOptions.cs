using System.CommandLine;
using Broker.Host.Admin.Output;

namespace Broker.Host.Admin;

/// <summary>The options that every verb has.</summary>
sealed class AdminOptions
{
    /// <summary>Where the cluster is found.</summary>
    public Option<string> NameServers { get; } =
        new("--name-servers", "-n", "--namesrvAddr")
        {
            Description = "The name servers: host:port, several separated by ';'. NAMESRV_ADDR unless given.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NAMESRV_ADDR") ?? "127.0.0.1:9876",
        };

    /// <summary>For whom the result is.</summary>
    public Option<OutputKind> Output { get; } =
        new("--output")
        {
            Description = "Columns for people, or one JSON object for programs.",
            HelpName = "table|json",
            CustomParser = result =>
            {
                string given = result.Tokens[0].Value;
                if (given is not ("table" or "json"))
                    result.AddError($"--output takes table or json, not '{given}'.");
                return given == "json" ? OutputKind.Json : OutputKind.Table;
            },
        };

    /// <summary>How long one answer may take; the reference's command line waits 5 s as well.</summary>
    public Option<long> Timeout { get; } =
        VerbOptions.Number("--timeout", "How many seconds one answer may take.", 5, 1, 600);

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [NameServers, Output, Timeout];
}
