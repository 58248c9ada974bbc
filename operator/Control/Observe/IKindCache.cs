namespace Operator.Control.Observe;

/// <summary>A cache of one kind, for what does not depend on the kind.</summary>
interface IKindCache
{
    /// <summary>Whether the first list is there.</summary>
    bool HasSynced { get; }

    /// <summary>Time since the server last said anything about this kind.</summary>
    TimeSpan Age { get; }

    /// <summary>Why the API server does not let this kind be seen in a namespace; null while it does.</summary>
    string? Refusal(string @namespace);

    /// <summary>How many objects it holds.</summary>
    int Count { get; }

    /// <summary>Lists and watches until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the first list is there.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}
