namespace Operator.KubeClient.Queues;

public enum WorkPriority
{
    /// <summary>Somebody changed something and waits for the effect.</summary>
    Change,

    /// <summary>A deadline or a look for its own sake.</summary>
    Resync,
}
