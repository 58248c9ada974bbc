namespace k8s.Exceptions;

/// <summary>A kubeconfig, or what stands in for one inside a pod, cannot be used; the message says why.</summary>
public sealed class KubeConfigException : Exception
{
    public KubeConfigException() { }

    public KubeConfigException(string message)
        : base(message) { }

    public KubeConfigException(string message, Exception innerException)
        : base(message, innerException) { }
}
