using System.Diagnostics;
using System.Text.Json.Nodes;
using Clients;

namespace Cluster;

/// <summary>
/// kubectl and helm of the cluster under test, as `.ci/cluster.sh` finds them. Every call has a time limit.
/// </summary>
public static class Kubectl
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs kubectl and answers its output.</summary>
    /// <exception cref="KubectlException">It failed; holds what it wrote to standard error.</exception>
    public static Task<string> RunAsync(params string[] arguments) => ToolAsync("kubectl", input: "", arguments);

    public static Task<string> ApplyAsync(string space, string yaml) =>
        ToolAsync("kubectl", yaml, "--namespace", space, "apply", "-f", "-");

    /// <summary>One object as JSON, or null when there is none of that name.</summary>
    public static async Task<JsonObject?> GetAsync(string space, string kind, string name)
    {
        var text = await RunAsync("--namespace", space, "get", kind, name, "-o", "json", "--ignore-not-found");
        return text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>The objects of a kind, by a label where one is given.</summary>
    public static async Task<List<JsonObject>> ListAsync(string space, string kind, string label = "")
    {
        var text = await RunAsync("--namespace", space, "get", kind, "-l", label, "-o", "json");
        return [.. JsonNode.Parse(text)!["items"]!.AsArray().Select(item => item!.AsObject())];
    }

    /// <summary>The API server's version: major and minor number.</summary>
    public static async Task<Version> ServerVersionAsync()
    {
        var answer = JsonNode.Parse(await RunAsync("get", "--raw", "/version"))!;
        // Some providers write a minor version of "20+".
        return new Version($"{answer["major"]}.{((string)answer["minor"]!).TrimEnd('+')}");
    }

    /// <summary>
    /// A tool that comes with the cluster (kubectl, helm) with <paramref name="input"/> on its standard input.
    /// </summary>
    public static async Task<string> ToolAsync(string tool, string input, params string[] arguments)
    {
        var (code, output, errors) = await ScriptAsync(["tool", tool, .. arguments], input);
        return code == 0 ? output : throw new KubectlException($"{tool} {string.Join(' ', arguments)}", errors);
    }

    /// <summary>Runs `.ci/cluster.sh`.</summary>
    public static async Task<(int Code, string Output, string Errors)> ScriptAsync(
        IEnumerable<string> arguments,
        string input = ""
    )
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, ".ci", "cluster.sh"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var deadline = new CancellationTokenSource(Limit);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("no shell");
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.StandardInput.WriteAsync(input.AsMemory(), deadline.Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }
}
