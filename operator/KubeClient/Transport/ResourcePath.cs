using System.Text;
using k8s;

namespace Operator.KubeClient.Transport;

/// <summary>Where objects of a kind live in the API.</summary>
/// <param name="Group">Empty for the core group.</param>
public readonly record struct ResourcePath(string Group, string Version, string Plural)
{
    /// <summary>As in the field <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>From the attribute of the class.</summary>
    /// <exception cref="InvalidOperationException">The class has none.</exception>
    public static ResourcePath Of<T>()
    {
        var entity = typeof(T).GetKubernetesTypeMetadata();
        return new ResourcePath(entity.Group, entity.ApiVersion, entity.PluralName);
    }

    /// <param name="namespace">Null for objects outside namespaces, or for a list over all of them.</param>
    /// <param name="name">Null for the collection.</param>
    /// <param name="subresource">For example <c>status</c>.</param>
    public string Path(string? @namespace, string? name = null, string? subresource = null)
    {
        var path = new StringBuilder(Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}");
        if (!string.IsNullOrEmpty(@namespace))
            path.Append("/namespaces/").Append(Uri.EscapeDataString(@namespace));
        path.Append('/').Append(Plural);
        if (name is not null)
            path.Append('/').Append(Uri.EscapeDataString(name));
        if (subresource is not null)
            path.Append('/').Append(subresource);
        return path.ToString();
    }

    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
