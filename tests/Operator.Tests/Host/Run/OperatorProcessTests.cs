using System.Diagnostics;
using System.Net;
using Scenarios.ApiServer;
using Xunit;

namespace Operator.Tests.Host.Run;

/// <summary>The program itself, as a pod runs it.</summary>
public sealed class OperatorProcessTests
{
    [Fact]
    public async Task An_orderly_end_has_exit_code_zero()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        using var program = await Program.StartAsync(server);

        await program.TerminateAsync();

        Assert.Equal(0, program.ExitCode);
    }

    [Fact]
    public async Task An_operator_that_may_not_use_its_lease_is_not_ready_and_says_why()
    {
        await using var server = await InMemoryApiServer.StartAsync();
        server.Faults.Add(new FaultRule(Fault.Forbidden) { Resource = "leases.coordination.k8s.io", Name = "other" });
        using var program = await Program.StartAsync(server, "--lease", "other");
        using var http = new HttpClient();

        string text;
        do
        {
            using var answer = await http.GetAsync(
                new Uri($"http://localhost:{program.Port}/readyz"),
                TestContext.Current.CancellationToken
            );
            text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        } while (!text.Contains("it cannot lead", StringComparison.Ordinal));

        Assert.Contains("the Lease of --lease", text, StringComparison.Ordinal);
        await program.TerminateAsync();
    }

    sealed class Program : IDisposable
    {
        readonly Process process;
        readonly string config;

        Program(Process process, string config, string port) =>
            (this.process, this.config, Port) = (process, config, port);

        public string Port { get; }

        public int ExitCode => process.ExitCode;

        public static async Task<Program> StartAsync(InMemoryApiServer server, params string[] arguments)
        {
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(
                file,
                $$"""
                {"apiVersion":"v1","kind":"Config","current-context":"c",
                 "clusters":[{"name":"k","cluster":{"server":"{{server.Configuration.Host}}"} }],
                 "contexts":[{"name":"c","context":{"cluster":"k","user":"u"} }],
                 "users":[{"name":"u","user":{} }]}
                """
            );
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
            string[] all =
            [
                Path.Combine(AppContext.BaseDirectory, "rocketmq-operator.dll"),
                "run",
                "--http-port=0",
                "--namespace=default",
                .. arguments,
            ];
            foreach (var argument in all)
                start.ArgumentList.Add(argument);
            start.Environment["KUBECONFIG"] = file;
            start.Environment.Remove("KUBERNETES_SERVICE_HOST");
            var started = Process.Start(start)!;
            while (await started.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("ready: http ", StringComparison.Ordinal))
                    return new Program(started, file, line[(line.LastIndexOf(':') + 1)..]);
            }
            throw new InvalidOperationException("the program ended before it was ready");
        }

        public async Task TerminateAsync()
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            if (!process.HasExited)
                process.Kill();
            process.Dispose();
            File.Delete(config);
        }
    }
}
