namespace Cluster;

/// <summary>A tool refused; the message is what it wrote.</summary>
public sealed class KubectlException(string command, string errors) : Exception($"{command}\n{errors}")
{
    public string Errors { get; } = errors;
}
