namespace Scenarios.ApiServer;

/// <summary>Which calls meet a fault; what is null matches everything.</summary>
public sealed record FaultRule(Fault Fault)
{
    public string? Verb { get; init; }

    /// <summary>For example <c>statefulsets.apps</c>.</summary>
    public string? Resource { get; init; }

    public string? Name { get; init; }

    public Func<ApiCall, bool>? When { get; init; }

    /// <summary>So many matching calls go well first.</summary>
    public int Skip { get; init; }

    /// <summary>So many fail; all when null.</summary>
    public int? Times { get; init; }

    internal bool Matches(ApiCall call) =>
        (Verb ?? call.Verb) == call.Verb
        && (Resource ?? call.Resource) == call.Resource
        && (Name ?? call.Name) == call.Name
        && (When?.Invoke(call) ?? true);
}
