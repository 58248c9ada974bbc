namespace k8s;

/// <summary>An object that says its own type: the version of its API with the group before it, and its kind.</summary>
public interface IKubernetesObject
{
    /// <summary><c>group/version</c>, or only the version for the core group.</summary>
    string ApiVersion { get; set; }

    string Kind { get; set; }
}
