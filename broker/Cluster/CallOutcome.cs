namespace Broker.Cluster;

/// <summary>How a write to the API server ended.</summary>
enum CallOutcome
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>Another version is there now: read again.</summary>
    Conflict,

    /// <summary>The object is not there.</summary>
    Missing,

    /// <summary>No, a wrong or no answer: it may have been written, or may yet be.</summary>
    Unknown,

    /// <summary>The API server said no for good: rights or validation.</summary>
    Refused,
}
