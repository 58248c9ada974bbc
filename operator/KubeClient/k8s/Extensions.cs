using System.Reflection;
using k8s.Models;

namespace k8s;

public static class Extensions
{
    public static KubernetesEntityAttribute GetKubernetesTypeMetadata<T>(this T obj)
        where T : IKubernetesObject => obj.GetType().GetKubernetesTypeMetadata();

    /// <exception cref="InvalidOperationException">
    /// The class has no <see cref="KubernetesEntityAttribute"/>.
    /// </exception>
    public static KubernetesEntityAttribute GetKubernetesTypeMetadata(this Type type) =>
        type.GetCustomAttribute<KubernetesEntityAttribute>()
        ?? throw new InvalidOperationException(
            $"{type.Name} has no [KubernetesEntity], so its place in the API is unknown"
        );

    /// <summary>Fills in kind and version of the API.</summary>
    public static T Initialize<T>(this T obj)
        where T : IKubernetesObject
    {
        var metadata = obj.GetKubernetesTypeMetadata();
        obj.ApiVersion = metadata.Group.Length == 0 ? metadata.ApiVersion : $"{metadata.Group}/{metadata.ApiVersion}";
        obj.Kind = metadata.Kind;
        return obj;
    }
}
