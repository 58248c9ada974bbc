namespace Operator.Api;

/// <summary>The categories of a custom resource; KubeOps has no attribute for them.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CategoriesAttribute(params string[] names) : Attribute
{
    /// <summary>Plural words that <c>kubectl get</c> accepts in place of a kind.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
