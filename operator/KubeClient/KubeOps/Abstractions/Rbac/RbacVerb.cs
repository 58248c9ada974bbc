namespace KubeOps.Abstractions.Rbac;

[Flags]
public enum RbacVerb
{
    None = 0,

    /// <summary>Written as <c>*</c>; prefer <see cref="AllExplicit"/>.</summary>
    All = 1,
    Get = 2,
    List = 4,
    Watch = 8,
    Create = 16,
    Update = 32,
    Patch = 64,
    Delete = 128,
    AllExplicit = 256,
}
