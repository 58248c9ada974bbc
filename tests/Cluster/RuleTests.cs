using Operator.Tests.Api;

namespace Cluster;

/// <summary>
/// The rules of the custom resources, by the API server: of each case it says what the operator's own checks say, which
/// are tested with the same cases.
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
            var expected = RuleCases.OnlyOfTheOperator.Contains(breaks) ? "" : breaks;
            var said =
                before.Length == 0 ? await AskAsync(space, "create", json) : await ChangeAsync(space, before, json);
            if (expected.Length == 0 ? said.Length > 0 : !said.Contains(expected, StringComparison.Ordinal))
                wrong.Add($"{json}: expected \"{expected}\", the server said \"{said}\"");
        }
        Assert.Empty(wrong);
    }

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
