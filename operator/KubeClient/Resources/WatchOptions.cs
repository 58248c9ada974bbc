namespace Operator.KubeClient.Resources;

/// <summary>What a watch covers and where it begins.</summary>
public sealed record WatchOptions
{
    /// <summary>All namespaces when null.</summary>
    public string? Namespace { get; init; }

    /// <summary>What was seen last; from some recent moment, beginning with all objects, when null.</summary>
    public string? ResourceVersion { get; init; }

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>Now and then an event that only moves the resource version on.</summary>
    public bool Bookmarks { get; init; } = true;

    /// <summary>After this the server ends the watch; it chooses (30 to 60 minutes) when null.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Called once when the server has accepted the watch.</summary>
    public Action? Opened { get; init; }
}
