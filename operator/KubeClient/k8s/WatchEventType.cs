namespace k8s;

/// <summary>What a watch says happened; on the wire in capitals (<c>ADDED</c> …).</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>
    /// The object is a <see cref="Models.V1Status"/>; code 410 means that the watch began too far back.
    /// </summary>
    Error,

    /// <summary>Only the resource version counts: everything before it has been sent.</summary>
    Bookmark,
}
