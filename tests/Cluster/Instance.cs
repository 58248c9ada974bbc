using System.Net.Sockets;
using System.Text.Json.Nodes;
using Clients;

namespace Cluster;

/// <summary>
/// A `RocketMQInstance` in the cluster, with what tests ask of it. It is deleted at the end of its test: a small
/// node has room for few of them.
/// </summary>
public sealed class Instance(ClusterUnderTest cluster, string space, string name) : IAsyncDisposable
{
    public string Namespace => space;

    public string Name => name;

    public string Label => $"rocketmq.io/instance={name}";

    /// <summary>Applies an instance with the given spec (YAML flow style), or changes it.</summary>
    public Task ApplyAsync(string spec = "{}") =>
        Kubectl.ApplyAsync(
            space,
            $$"""
            apiVersion: rocketmq.io/v1alpha1
            kind: RocketMQInstance
            metadata: {name: {{name}}}
            spec: {{spec}}
            """
        );

    public Task ApplyTopicAsync(string topic, string moreSpec = "") =>
        Kubectl.ApplyAsync(
            space,
            $$"""
            apiVersion: rocketmq.io/v1alpha1
            kind: Topic
            metadata: {name: {{topic}}}
            spec:
              instanceRef: {name: {{name}}}
              {{moreSpec}}
            """
        );

    public Task ApplyGroupAsync(string group, string moreSpec = "") =>
        Kubectl.ApplyAsync(
            space,
            $$"""
            apiVersion: rocketmq.io/v1alpha1
            kind: Group
            metadata: {name: {{group}}}
            spec:
              instanceRef: {name: {{name}}}
              {{moreSpec}}
            """
        );

    public Task WaitReadyAsync(string kind = "rocketmqinstance", string? resource = null, int seconds = 120) =>
        Kubectl.RunAsync(
            "-n",
            space,
            "wait",
            "--for=condition=Ready",
            $"{kind}/{resource ?? name}",
            $"--timeout={seconds}s"
        );

    public async Task<JsonObject> StatusAsync() =>
        (await Kubectl.GetAsync(space, "rocketmqinstance", name))?["status"]?.AsObject() ?? [];

    /// <summary>
    /// Sends and receives in a pod of the cluster, with `rocketmq admin check`, which compares every body. Works
    /// wherever the cluster is.
    /// </summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> CheckAsync(string topic, string group, int messages = 1000)
    {
        var job = $"check-{Guid.NewGuid():N}"[..14];
        var nameServers = (string)(await StatusAsync())["endpoints"]!["nameServers"]!;
        await Kubectl.ApplyAsync(space, CheckJob(job, nameServers, topic, group, messages));
        var succeeded = false;
        await Eventually.TrueAsync(
            $"the end of {job}",
            async () =>
            {
                var status = (await Kubectl.GetAsync(space, "job", job))!["status"]!;
                succeeded = (int?)status["succeeded"] == 1;
                return succeeded || (int?)status["failed"] > 0;
            },
            limitSeconds: 120
        );
        var log = await Kubectl.RunAsync("-n", space, "logs", $"job/{job}");
        Assert.True(succeeded, log);
        return log;
    }

    /// <summary>Clients from npm outside of the cluster; skips where its network cannot be reached from here.</summary>
    public async Task<NpmClient> OutsideAsync()
    {
        var service = await Kubectl.GetAsync(space, "service", $"{name}-ns-0");
        var address = (string)service!["spec"]!["clusterIP"]!;
        using var socket = new TcpClient();
        var reached = true;
        try
        {
            await socket.ConnectAsync(address, 9876).WaitAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception failure) when (failure is SocketException or TimeoutException)
        {
            reached = false;
        }
        Assert.SkipUnless(reached, $"The cluster's network ({address}) cannot be reached from here.");
        return new NpmClient($"{address}:9876", cluster.Folder);
    }

    public async ValueTask DisposeAsync()
    {
        // Topics first: those of policy Delete want their brokers alive.
        await Kubectl.RunAsync("-n", space, "delete", "topics,groups.rocketmq.io", "--all", "--timeout=60s");
        await Kubectl.RunAsync("-n", space, "delete", "rocketmqinstance", name, "--ignore-not-found", "--timeout=60s");
        await WaitUntilNoPodsAsync();
    }

    /// <summary>
    /// Until the last pod of a deleted instance is gone. A kubelet of 1.20 keeps a pod until its sandbox is removed,
    /// for which it looks once a minute, and then takes up to 10 s to notice.
    /// </summary>
    public Task WaitUntilNoPodsAsync() =>
        Eventually.TrueAsync(
            $"the end of the pods of {name}",
            async () => (await Kubectl.ListAsync(space, "pod", Label)).Count == 0,
            limitSeconds: 180
        );

    string CheckJob(string job, string nameServers, string topic, string group, int messages) =>
        $$"""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: {{job}}}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                  securityContext:
                    runAsNonRoot: true
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                    - name: check
                      image: {{cluster.BrokerImage}}
                      args: [admin, check, --name-server, "{{nameServers}}", --topic, "{{topic}}", --group, "{{group}}",
                             --messages, "{{messages}}"]
                      securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities: {drop: [ALL]}
            """;
}
