using System.Text;
using k8s;
using k8s.Models;

namespace Operator.KubeClient.Resources;

/// <summary>A patch as it goes over the wire.</summary>
internal static class PatchBody
{
    public static byte[] Bytes(V1Patch patch) =>
        patch.Content switch
        {
            byte[] bytes => bytes,
            string text => Encoding.UTF8.GetBytes(text),
            var value => KubernetesJson.SerializeToUtf8Bytes(value),
        };

    public static string MediaType(V1Patch patch) =>
        patch.Type switch
        {
            V1Patch.PatchType.JsonPatch => "application/json-patch+json",
            V1Patch.PatchType.MergePatch => "application/merge-patch+json",
            V1Patch.PatchType.StrategicMergePatch => "application/strategic-merge-patch+json",
            // JSON is YAML, so one media type serves both; servers before 1.32 know no other.
            V1Patch.PatchType.ApplyPatch => "application/apply-patch+yaml",
            _ => throw new ArgumentException("a patch must say of which type it is", nameof(patch)),
        };
}
