namespace KubeOps.Abstractions.Events;

public enum EventType
{
    Normal,

    /// <summary>Somebody should act.</summary>
    Warning,
}
