namespace k8s;

/// <summary>A connection to one API server: hold one per process and dispose of it last.</summary>
public interface IKubernetes : IDisposable
{
    Uri BaseUri { get; set; }
}
