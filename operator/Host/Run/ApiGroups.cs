using System.Text.Json.Nodes;
using k8s;
using Operator.KubeClient.Transport;

namespace Operator.Host.Run;

/// <summary>Which groups of APIs a server has, by which platforms are told apart.</summary>
static class ApiGroups
{
    /// <summary>Whether the server has a group.</summary>
    public static async Task<bool> HasAsync(Kubernetes kubernetes, string group, CancellationToken cancellationToken)
    {
        var request = new ApiRequest(HttpMethod.Get, "get", new ResourcePath("", "", "apis"), "/apis");
        var answer = KubernetesJson.Deserialize<JsonNode>(
            await kubernetes.Transport.SendAsync(request, cancellationToken)
        );
        return answer["groups"] is JsonArray groups && groups.Any(g => (string?)g?["name"] == group);
    }
}
