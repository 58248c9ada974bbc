using System.Text.Json.Nodes;
using Operator.Tests.Api;

namespace Cluster;

/// <summary>
/// The rules of the custom resources: of each case the API server says what the operator's own checks say, which are
/// tested with the same cases; what an API server without CEL admits, the operator refuses in a condition.
/// </summary>
public sealed class RuleTests(ClusterUnderTest cluster)
{
    [Fact]
    public async Task The_server_judges_every_case_as_the_operator_does()
    {
        cluster.SkipWithoutCluster();
        // Nobody watches it, so that what has to exist before a change comes to nothing.
        var space = cluster.OperatorNamespace;
        var wrong = new List<string>();
        foreach (var (_, json, before, breaks) in RuleCases.Rows)
        {
            var expected = IsJudgedByTheServer(breaks) ? breaks : "";
            var said =
                before.Length == 0 ? await AskAsync(space, "create", json) : await ChangeAsync(space, before, json);
            if (expected.Length == 0 ? said.Length > 0 : !said.Contains(expected, StringComparison.Ordinal))
                wrong.Add($"{json}: expected \"{expected}\", the server said \"{said}\"");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task What_the_server_admits_and_breaks_a_rule_is_not_carried_out()
    {
        var space = cluster.Namespace("rules");
        foreach (var (kind, json, before, breaks) in RuleCases.Rows)
        {
            // A volume's class is compared with the volumes, which an instance has to have for that.
            if (breaks.Length == 0 || IsJudgedByTheServer(breaks) || kind == "RocketMQInstance" && before.Length > 0)
                continue;
            var name = (string)JsonNode.Parse(json)!["metadata"]!["name"]!;
            if (before.Length > 0)
            {
                await Kubectl.ToolAsync("kubectl", before, "--namespace", space, "create", "-f", "-");
                await Conditions.UntilAsync(space, Plural(kind), name, "Ready", "False", "InstanceNotFound");
            }
            // Not `apply`, which keeps a field that somebody else has set.
            var verb = before.Length > 0 ? "replace" : "create";
            await Kubectl.ToolAsync("kubectl", json, "--namespace", space, verb, "-f", "-");
            var message = await Conditions.UntilAsync(space, Plural(kind), name, "Ready", "False", "InvalidSpec");
            Assert.Contains(breaks, message, StringComparison.Ordinal);
            await Kubectl.RunAsync("--namespace", space, "delete", Plural(kind), name, "--timeout=60s");
        }
        Assert.Empty(await Kubectl.ListAsync(space, "statefulset"));
    }

    /// <summary>Spelled out, since a cluster may have other groups and topics.</summary>
    static string Plural(string kind) => $"{kind.ToLowerInvariant()}s.rocketmq.io";

    bool IsJudgedByTheServer(string breaks) => cluster.KnowsRules && !RuleCases.OnlyOfTheOperator.Contains(breaks);

    static async Task<string> ChangeAsync(string space, string before, string after)
    {
        await Kubectl.ToolAsync("kubectl", before, "--namespace", space, "create", "-f", "-");
        try
        {
            return await AskAsync(space, "replace", after);
        }
        finally
        {
            await Kubectl.ToolAsync("kubectl", before, "--namespace", space, "delete", "--wait=true", "-f", "-");
        }
    }

    /// <summary>What the server says against it; empty when nothing.</summary>
    static async Task<string> AskAsync(string space, string verb, string json)
    {
        try
        {
            await Kubectl.ToolAsync("kubectl", json, "--namespace", space, verb, "--dry-run=server", "-f", "-");
            return "";
        }
        catch (KubectlException refused)
        {
            return refused.Errors;
        }
    }
}
