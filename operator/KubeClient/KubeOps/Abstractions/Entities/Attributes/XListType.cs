namespace KubeOps.Abstractions.Entities.Attributes;

public enum XListType
{
    /// <summary>Replaced whole; one owner.</summary>
    Atomic,

    /// <summary>A set of plain values.</summary>
    Set,

    /// <summary>Items are told apart by keys and may have different owners.</summary>
    Map,
}
