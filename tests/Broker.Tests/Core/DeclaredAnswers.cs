using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Broker.Host.Roles;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Telemetry;
using Xunit;

namespace Broker.Tests.Core;

/// <summary>
/// Compares what the servers of a node answered during a test with what their processors declare, of which
/// docs/reference/requests.md is made. Every test that stops a <see cref="TestBroker"/> does so.
/// </summary>
static partial class DeclaredAnswers
{
    /// <summary>What any request may be answered with besides, as the page says.</summary>
    static readonly ResponseCode[] Common =
    [
        ResponseCode.Success,
        ResponseCode.SystemError,
        ResponseCode.SystemBusy,
        ResponseCode.GoAway,
    ];

    static readonly string NotSupported = RemotingMetrics.NameOf(ResponseCode.RequestCodeNotSupported);

    /// <summary>The answer of a consumer is the answer, whatever its code.</summary>
    static readonly string[] HandedOn =
    [
        RemotingMetrics.NameOf(RequestCode.GetConsumerRunningInfo),
        RemotingMetrics.NameOf(RequestCode.ConsumeMessageDirectly),
    ];

    public static void Check(RunningNode node)
    {
        Check(node, "broker", node.Broker!.Requests);
        Check(node, "nameserver", node.NameServer!.Requests);
    }

    static void Check(RunningNode node, string role, IReadOnlyList<ServedRequest> served)
    {
        var declared = served
            .SelectMany(one => Common.Concat(one.Refusals).Select(code => Pair(one.Code, code)))
            .ToHashSet();
        var undeclared = Answers(node.Metrics)
            .Where(answer => answer.Role == role)
            .Select(answer => answer.Pair)
            .Where(pair =>
                !declared.Contains(pair) && !HandedOn.Any(one => pair.StartsWith(one, StringComparison.Ordinal))
            )
            .Order();
        Assert.True(
            !undeclared.Any(),
            $"The {role} gave answers that no processor declares: {string.Join(", ", undeclared)}"
        );
    }

    static string Pair(RequestCode request, ResponseCode response) =>
        $"{RemotingMetrics.NameOf(request)} {RemotingMetrics.NameOf(response)}";

    /// <summary>The servers count by the codes of request and answer.</summary>
    static IEnumerable<(string Role, string Pair)> Answers(MetricsRegistry metrics)
    {
        var output = new ArrayBufferWriter<byte>();
        new PrometheusWriter(metrics).Write(output, ExpositionFormat.PrometheusText);
        foreach (var line in Encoding.UTF8.GetString(output.WrittenSpan).Split('\n'))
        {
            if (!line.StartsWith("rocketmq_rpc_latency_count{", StringComparison.Ordinal))
                continue;
            var labels = Label().Matches(line).ToDictionary(match => match.Groups[1].Value, m => m.Groups[2].Value);
            // What is not served is in no table.
            if (labels.TryGetValue("response_code", out var answer) && answer != NotSupported)
                yield return (labels["node_type"], $"{labels["request_code"]} {answer}");
        }
    }

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
