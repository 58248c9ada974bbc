namespace k8s.Models;

/// <summary>Where objects of a class live in the API: <c>/apis/Group/ApiVersion/PluralName</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class KubernetesEntityAttribute : Attribute
{
    public string Kind { get; set; } = "";

    /// <summary>Empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The version alone, without the group.</summary>
    public string ApiVersion { get; set; } = "";

    public string PluralName { get; set; } = "";
}
