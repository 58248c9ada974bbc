using System.CommandLine;
using System.CommandLine.Parsing;

namespace Operator.Host.Run;

/// <summary>The command <c>run</c>: its options, each of which may also be given by an environment variable.</summary>
static class RunCommand
{
    static readonly Option<string[]> WatchNamespaces = new("--watch-namespaces", "--watch-namespace")
    {
        Description =
            "Namespaces to work in, separated by commas or repeated; none means all. "
            + "[ROCKETMQ_OPERATOR_WATCH_NAMESPACES]",
        DefaultValueFactory = _ => [FromEnvironment("WATCH_NAMESPACES") ?? ""],
    };

    static readonly Option<string> OperandImage = new("--operand-image", "--image")
    {
        Description = "Image of name servers and brokers. [ROCKETMQ_OPERATOR_IMAGE]",
        DefaultValueFactory = _ => FromEnvironment("IMAGE") ?? "rocketmq:latest",
    };

    static readonly Option<string> Namespace = new("--namespace")
    {
        Description = "Namespace of the leader's Lease. [ROCKETMQ_OPERATOR_NAMESPACE, POD_NAMESPACE]",
        DefaultValueFactory = _ =>
            FromEnvironment("NAMESPACE") ?? Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? "default",
    };

    static readonly Option<string> Lease = new("--lease")
    {
        Description = "Name of the leader's Lease. [ROCKETMQ_OPERATOR_LEASE]",
        DefaultValueFactory = _ => FromEnvironment("LEASE") ?? "rocketmq-operator",
    };

    static readonly Option<string> Identity = new("--identity")
    {
        Description = "This process in the Lease; the pod's name by default. [ROCKETMQ_OPERATOR_IDENTITY, POD_NAME]",
        DefaultValueFactory = _ =>
            FromEnvironment("IDENTITY") ?? Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName,
    };

    static readonly Option<int> HttpPort = new("--http-port")
    {
        Description = "Port of /livez, /readyz and /metrics; 0 lets the system choose. [ROCKETMQ_OPERATOR_HTTP_PORT]",
        DefaultValueFactory = HttpPortDefault,
        Validators =
        {
            result =>
            {
                // What is no number is refused by the parser, after the validators.
                if (result.Tokens is [{ Value: var text }] && int.TryParse(text, out var port) && !IsPort(port))
                    result.AddError("--http-port must be between 0 and 65535.");
            },
        },
    };

    static readonly Option<LogFormat> Format = new("--log-format")
    {
        Description = "Text, Json, or Auto: text on a terminal. [ROCKETMQ_OPERATOR_LOG_FORMAT]",
        DefaultValueFactory = _ =>
            Enum.TryParse<LogFormat>(FromEnvironment("LOG_FORMAT"), ignoreCase: true, out var format)
                ? format
                : LogFormat.Auto,
    };

    /// <summary>The command, ready to be added to the root.</summary>
    public static Command Create()
    {
        var command = new Command("run", "Reconcile RocketMQInstances, Topics and Groups until stopped.")
        {
            WatchNamespaces,
            OperandImage,
            Namespace,
            Lease,
            Identity,
            HttpPort,
            Format,
        };
        command.SetAction((parsed, cancellationToken) => OperatorProcess.RunAsync(Read(parsed), cancellationToken));
        return command;
    }

    /// <summary>The options as given.</summary>
    internal static RunOptions Read(ParseResult parsed) =>
        new()
        {
            WatchNamespaces =
            [
                .. (parsed.GetValue(WatchNamespaces) ?? [])
                    .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries))
                    .Where(name => name.Length > 0)
                    .Distinct(),
            ],
            OperandImage = parsed.GetValue(OperandImage)!,
            Namespace = parsed.GetValue(Namespace)!,
            Lease = parsed.GetValue(Lease)!,
            Identity = parsed.GetValue(Identity)!,
            HttpPort = parsed.GetValue(HttpPort),
            LogFormat = parsed.GetValue(Format),
        };

    static int HttpPortDefault(ArgumentResult result)
    {
        var text = FromEnvironment("HTTP_PORT");
        if (text is null)
            return 8080;
        if (int.TryParse(text, out var port))
            return port;
        result.AddError("ROCKETMQ_OPERATOR_HTTP_PORT is not a number.");
        return 0;
    }

    static bool IsPort(int number) => number is >= 0 and <= 65535;

    static string? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable("ROCKETMQ_OPERATOR_" + name) is { Length: > 0 } value ? value : null;
}
