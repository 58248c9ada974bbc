using KubeOps.Abstractions.Entities.Attributes;

namespace Operator.Api.Instances;

/// <summary>Who may declare topics and groups of an instance.</summary>
public sealed record AccessSpec
{
    /// <summary>Any namespace.</summary>
    public const string AnyNamespace = "*";

    /// <summary>Namespaces besides the instance's own; <c>*</c> is all.</summary>
    [Description(
        "Namespaces, besides the instance's own, whose Topics and Groups may refer to this instance; * allows all."
    )]
    [Items(-1, 64)]
    [ItemLength(63, @"^(\*|[a-z0-9]([-a-z0-9]*[a-z0-9])?)$")]
    [XListType(XListType.Set)]
    public IReadOnlyList<string>? AllowedNamespaces { get; set; }

    /// <summary>Whether a resource in this namespace may refer to an instance in that one.</summary>
    public bool Allows(string from, string instanceNamespace) =>
        from == instanceNamespace
        || AllowedNamespaces is { } allowed && (allowed.Contains(from) || allowed.Contains(AnyNamespace));
}
