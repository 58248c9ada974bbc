using System.ComponentModel;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Exceptions;
using k8s.KubeConfigModels;

namespace k8s.Authentication;

/// <summary>
/// Credentials from a program (<c>exec</c> of a kubeconfig): a token, a client certificate or both, asked for again a
/// minute before they expire.
/// </summary>
public sealed class ExecTokenProvider : ITokenProvider, IDisposable
{
    static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    readonly ExternalExecution execution;
    readonly ClusterEndpoint? cluster;
    readonly TimeProvider time;
    readonly SemaphoreSlim gate = new(1);
    ExecCredentialResponse.ExecStatus? credentials;
    X509Certificate2? certificate;

    public ExecTokenProvider(ExternalExecution exec)
        : this(exec, cluster: null) { }

    internal ExecTokenProvider(ExternalExecution exec, ClusterEndpoint? cluster, TimeProvider? time = null) =>
        (execution, this.cluster, this.time) = (exec, cluster, time ?? TimeProvider.System);

    /// <summary>The certificate of the last answer; connections opened from now on use it.</summary>
    internal X509Certificate2? Certificate => Volatile.Read(ref certificate);

    string Program => $"the credential program '{execution.Command}'";

    /// <exception cref="KubernetesClientException">
    /// The program is missing, fails, takes too long or prints something else.
    /// </exception>
    public async Task<AuthenticationHeaderValue?> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (credentials is null || credentials.ExpirationTimestamp - Early <= time.GetUtcNow().UtcDateTime)
                Take(await RunAsync(cancellationToken));
            return credentials!.Token is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Asks the program again before the next request: the server refused what it gave.</summary>
    internal void Forget() => Volatile.Write(ref credentials, null);

    public void Dispose()
    {
        certificate?.Dispose();
        gate.Dispose();
    }

    void Take(ExecCredentialResponse.ExecStatus status)
    {
        credentials = status;
        if (
            status.ClientCertificateData is { Length: > 0 } certificatePem
            && status.ClientKeyData is { Length: > 0 } keyPem
        )
            // The former one may be in use by a connection that is being opened, so it is left to the collector.
            Volatile.Write(ref certificate, X509Certificate2.CreateFromPem(certificatePem, keyPem));
    }

    async Task<ExecCredentialResponse.ExecStatus> RunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Start() };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(KubernetesClientConfiguration.ExecTimeout);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw new KubernetesClientException($"{Program} cannot be run: {e.Message}. {execution.InstallHint}", e);
        }
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
                throw new KubernetesClientException(
                    $"{Program} ended with {process.ExitCode}: {(await errors).Trim()}"
                );
            return Parse(await output);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            throw new KubernetesClientException(
                $"{Program} took longer than {KubernetesClientConfiguration.ExecTimeout.TotalSeconds} s",
                e
            );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    ProcessStartInfo Start()
    {
        var start = new ProcessStartInfo(execution.Command)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in execution.Arguments ?? [])
            start.ArgumentList.Add(argument);
        foreach (var variable in execution.EnvironmentVariables ?? [])
        {
            if (variable.TryGetValue("name", out var name))
                start.Environment[name] = variable.GetValueOrDefault("value");
        }
        start.Environment["KUBERNETES_EXEC_INFO"] = ExecInfo().ToJsonString();
        return start;
    }

    JsonObject ExecInfo()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (execution.ProvideClusterInfo && cluster is not null)
        {
            spec["cluster"] = new JsonObject
            {
                ["server"] = cluster.Server,
                ["tls-server-name"] = cluster.TlsServerName,
                ["insecure-skip-tls-verify"] = cluster.SkipTlsVerify,
                ["certificate-authority-data"] =
                    cluster.CertificateAuthorityData
                    ?? (
                        cluster.CertificateAuthority is { } file
                            ? Convert.ToBase64String(File.ReadAllBytes(file))
                            : null
                    ),
            };
        }
        return new JsonObject
        {
            ["apiVersion"] = execution.ApiVersion,
            ["kind"] = "ExecCredential",
            ["spec"] = spec,
        };
    }

    ExecCredentialResponse.ExecStatus Parse(string output)
    {
        ExecCredentialResponse? answer;
        try
        {
            answer = KubernetesJson.Deserialize<ExecCredentialResponse>(output);
        }
        catch (JsonException e)
        {
            throw new KubernetesClientException($"{Program} did not print an ExecCredential: {e.Message}", e);
        }
        if (answer is not { Kind: "ExecCredential", Status: { } status })
            throw new KubernetesClientException(
                $"{Program} printed kind '{answer?.Kind}' instead of an ExecCredential with a status"
            );
        if (answer.ApiVersion != execution.ApiVersion)
            throw new KubernetesClientException(
                $"{Program} answered with {answer.ApiVersion}, asked for {execution.ApiVersion}"
            );
        if (string.IsNullOrEmpty(status.Token) && string.IsNullOrEmpty(status.ClientCertificateData))
            throw new KubernetesClientException($"{Program} gave neither a token nor a client certificate");
        return status;
    }
}
