namespace KubeOps.Abstractions.Entities.Attributes;

public enum XMapType
{
    /// <summary>Replaced whole; one owner.</summary>
    Atomic,

    /// <summary>Each key has an owner of its own.</summary>
    Granular,
}
