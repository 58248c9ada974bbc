using k8s.Authentication;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using Scenarios;

namespace Operator.Tests.KubeClient.Configuration;

public sealed class CredentialsTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_token_file_is_read_again_every_minute()
    {
        var file = folder.Write("token", "one");
        var provider = new TokenFileAuth(file, time);
        Assert.Equal("one", await TokenOf(provider));
        File.WriteAllText(file, "two");
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("one", await TokenOf(provider));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", await TokenOf(provider));
    }

    [Fact]
    public async Task A_token_file_that_is_missing_for_a_moment_leaves_the_old_token()
    {
        var file = folder.Write("token", "one");
        var provider = new TokenFileAuth(file, time);
        Assert.Equal("one", await TokenOf(provider));
        File.Delete(file);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("one", await TokenOf(provider));
    }

    [Fact]
    public async Task A_program_gets_its_arguments_one_by_one_and_is_asked_for_an_ExecCredential()
    {
        using var provider = Provider(
            """
            case "$KUBERNETES_EXEC_INFO" in *'"kind":"ExecCredential"'*) ;; *) exit 3;; esac
            printf '{"apiVersion":"v1","kind":"ExecCredential","status":{"token":"%s|%s|%s"}}' "$#" "$1" "$EXTRA"
            """,
            ["two words"],
            [new() { ["name"] = "EXTRA", ["value"] = "e" }]
        );
        Assert.Equal("1|two words|e", await TokenOf(provider));
    }

    [Fact]
    public async Task A_program_is_asked_again_a_minute_before_its_token_expires()
    {
        var count = System.IO.Path.Combine(folder.Path, "count");
        var expiry = time.GetUtcNow().AddMinutes(10).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        using var provider = Provider(
            $$"""
            echo x >> {{count}}
            times=$(wc -l < {{count}} | tr -d ' ')
            printf '{"apiVersion":"v1","kind":"ExecCredential","status":{'
            printf '"expirationTimestamp":"{{expiry}}","token":"%s"} }' "$times"
            """
        );
        Assert.Equal("1", await TokenOf(provider));
        time.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal("1", await TokenOf(provider));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("2", await TokenOf(provider));
    }

    [Theory]
    [InlineData("echo no >&2; exit 7", "ended with 7: no")]
    [InlineData("echo nonsense", "did not print an ExecCredential")]
    [InlineData("""echo '{"apiVersion":"v1","kind":"ExecCredentials","status":{"token":"t"}}'""", "ExecCredentials")]
    [InlineData("""echo '{"apiVersion":"v2","kind":"ExecCredential","status":{"token":"t"}}'""", "v2")]
    [InlineData("""echo '{"apiVersion":"v1","kind":"ExecCredential","status":{}}'""", "neither")]
    public async Task A_program_that_fails_is_quoted(string script, string expected)
    {
        using var provider = Provider(script);
        var error = await Assert.ThrowsAsync<KubernetesClientException>(() => TokenOf(provider));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_missing_comes_with_the_hint_of_the_kubeconfig()
    {
        using var provider = new ExecTokenProvider(
            new ExternalExecution
            {
                Command = "/nowhere/plugin",
                ApiVersion = "v1",
                InstallHint = "install it",
            }
        );
        Assert.Contains(
            "install it",
            (await Assert.ThrowsAsync<KubernetesClientException>(() => TokenOf(provider))).Message,
            StringComparison.Ordinal
        );
    }

    ExecTokenProvider Provider(
        string script,
        string[]? arguments = null,
        Dictionary<string, string>[]? environment = null
    ) =>
        new(
            new ExternalExecution
            {
                ApiVersion = "v1",
                Command = "sh",
                Arguments = [folder.Write("plugin", script), .. arguments ?? []],
                EnvironmentVariables = environment,
            },
            cluster: null,
            time
        );

    static async Task<string?> TokenOf(ITokenProvider provider) =>
        (await provider.GetAuthenticationHeaderAsync(CancellationToken.None))?.Parameter;
}
