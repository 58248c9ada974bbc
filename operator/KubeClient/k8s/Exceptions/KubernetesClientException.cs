namespace k8s.Exceptions;

/// <summary>The client itself could not do its part, for example run a credential plugin.</summary>
public sealed class KubernetesClientException : Exception
{
    public KubernetesClientException() { }

    public KubernetesClientException(string message)
        : base(message) { }

    public KubernetesClientException(string message, Exception innerException)
        : base(message, innerException) { }
}
