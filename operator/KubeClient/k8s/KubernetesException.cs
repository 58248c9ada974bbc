using k8s.Models;

namespace k8s;

/// <summary>
/// An error that the API server reported as a <see cref="V1Status"/>, in an answer or as a watch event.
/// </summary>
public sealed class KubernetesException : Exception
{
    public KubernetesException() { }

    public KubernetesException(V1Status status)
        : this(status, null) { }

    public KubernetesException(V1Status status, Exception? innerException)
        : base(status.Message ?? status.Reason ?? $"status code {status.Code}", innerException) => Status = status;

    public KubernetesException(string message)
        : base(message) { }

    public KubernetesException(string message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>What the server said; null when the error did not come from it.</summary>
    public V1Status? Status { get; }
}
