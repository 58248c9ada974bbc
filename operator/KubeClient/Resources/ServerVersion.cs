using System.Text.Json.Nodes;
using k8s;
using Operator.KubeClient.Transport;

namespace Operator.KubeClient.Resources;

/// <summary>The version of an API server, which decides between an API and its predecessor.</summary>
/// <param name="GitVersion">The whole of it, for people.</param>
public sealed record ServerVersion(int Major, int Minor, string GitVersion)
{
    public bool IsAtLeast(int major, int minor) => Major > major || Major == major && Minor >= minor;

    /// <inheritdoc cref="ApiTransport.SendAsync" path="/exception"/>
    public static async Task<ServerVersion> GetAsync(
        IKubernetes kubernetes,
        CancellationToken cancellationToken = default
    )
    {
        var request = new ApiRequest(HttpMethod.Get, "get", new ResourcePath("", "", "version"), "/version");
        var answer = KubernetesJson.Deserialize<JsonNode>(
            await ((Kubernetes)kubernetes).Transport.SendAsync(request, cancellationToken)
        );
        return new ServerVersion(Number(answer["major"]), Number(answer["minor"]), (string?)answer["gitVersion"] ?? "");
    }

    // Some providers write "27+".
    static int Number(JsonNode? text) => int.TryParse(((string?)text ?? "").TrimEnd('+'), out var number) ? number : 0;
}
