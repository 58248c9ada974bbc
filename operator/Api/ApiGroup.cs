namespace Operator.Api;

/// <summary>The names that every custom resource of the project shares.</summary>
public static class ApiGroup
{
    /// <summary>The API group.</summary>
    public const string Name = "rocketmq.io";

    /// <summary>The only version so far.</summary>
    public const string Version = "v1alpha1";

    /// <summary>
    /// What <c>kubectl get rocketmq</c> lists. Never <c>all</c>: that would make <c>kubectl delete all</c> dangerous.
    /// </summary>
    public const string Category = "rocketmq";
}
