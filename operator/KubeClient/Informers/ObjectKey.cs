using k8s.Models;

namespace Operator.KubeClient.Informers;

/// <summary>Names an object of a kind.</summary>
/// <param name="Namespace">Empty for objects outside namespaces.</param>
public readonly record struct ObjectKey(string Namespace, string Name)
{
    public static ObjectKey Of(IMetadata<V1ObjectMeta> entity) => new(entity.Namespace() ?? "", entity.Name() ?? "");

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
