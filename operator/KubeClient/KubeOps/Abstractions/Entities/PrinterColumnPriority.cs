namespace KubeOps.Abstractions.Entities;

public enum PrinterColumnPriority
{
    /// <summary>Always shown.</summary>
    StandardView,

    /// <summary>Shown with <c>-o wide</c>.</summary>
    WideView,
}
