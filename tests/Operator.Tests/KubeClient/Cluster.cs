using k8s;
using k8s.Models;
using Operator.KubeClient;
using Operator.KubeClient.Resources;
using Scenarios;
using Scenarios.ApiServer;

namespace Operator.Tests.KubeClient;

/// <summary>A server and a client of it.</summary>
sealed class Cluster : IAsyncDisposable
{
    Cluster(InMemoryApiServer server, Kubernetes client) => (Server, Client) = (server, client);

    public InMemoryApiServer Server { get; }

    public Kubernetes Client { get; }

    public ResourceClient<V1ConfigMap> ConfigMaps => Client.Resources<V1ConfigMap>();

    public ResourceClient<V1StatefulSet> StatefulSets => Client.Resources<V1StatefulSet>();

    public static async Task<Cluster> StartAsync(
        ApiServerOptions? options = null,
        TimeProvider? time = null,
        Action<KubernetesClientConfiguration>? configure = null
    )
    {
        var server = await InMemoryApiServer.StartAsync(options);
        var configuration = server.Configuration;
        configure?.Invoke(configuration);
        var pending = new PendingCalls(server);
        if (time is ManualTime manual)
            manual.Busy = () => pending.Any;
        return new Cluster(
            server,
            new Kubernetes(configuration, time ?? TimeProvider.System, KubeMeters.Unread(), pending)
        );
    }

    public static V1ConfigMap ConfigMap(string name, string value = "1") =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Data = new Dictionary<string, string> { ["value"] = value },
        };

    public static V1StatefulSet StatefulSet(string name, int? replicas = 1, string image = "image:1") =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1StatefulSetSpec
            {
                Replicas = replicas,
                ServiceName = name,
                Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = name } },
                Template = new V1PodTemplateSpec
                {
                    Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = name } },
                    Spec = new V1PodSpec
                    {
                        Containers =
                        [
                            new V1Container
                            {
                                Name = "main",
                                Image = image,
                                Ports = [new V1ContainerPort { ContainerPort = 80 }],
                            },
                        ],
                    },
                },
            },
        };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
