using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Operator.Api.Schemas;

namespace Operator.Host.Generate;

/// <summary>
/// What the chart's templates include, because it follows from the code: rights, and the definitions.
/// </summary>
public static class ChartFiles
{
    /// <summary>Files below <c>charts/rocketmq-operator/files</c>.</summary>
    public static IEnumerable<GeneratedFile> Build()
    {
        yield return new GeneratedFile("rules.yaml", Rules(OperatorRules.InWatchedNamespaces()));
        yield return new GeneratedFile("everywhere-rules.yaml", Rules(OperatorRules.Everywhere()));
        yield return new GeneratedFile("cluster-rules.yaml", Rules(OperatorRules.InWholeCluster()));
        yield return new GeneratedFile("leader-rules.yaml", Rules(OperatorRules.InOwnNamespace()));
        foreach (var kind in CustomResource.All)
        {
            var file = CrdFiles.FileName(kind);
            yield return new GeneratedFile($"crds/{file}", Kept(kind.Definition()));
            // The template takes these for servers before 1.25.
            yield return new GeneratedFile(
                $"crds-{CrdFiles.WithoutRules}/{file}",
                Kept(kind.Definition(withRules: false))
            );
        }
    }

    /// <summary>Without the annotation, removing the chart would remove every instance.</summary>
    static string Kept(V1CustomResourceDefinition definition)
    {
        definition.Metadata.Annotations = new SortedDictionary<string, string> { ["helm.sh/resource-policy"] = "keep" };
        return YamlText.Of(definition);
    }

    static string Rules(IEnumerable<V1PolicyRule> rules) =>
        YamlText.Of(new JsonArray([.. rules.Select(r => KubernetesJson.SerializeToNode(r))]));
}
