namespace Broker.Remoting;

/// <summary>Tells whether the current thread is in a processor: then it serves all connections.</summary>
public static class ServingThread
{
    [ThreadStatic]
    static bool isServing;

    /// <summary>Whether a wait on this thread would be a wait of clients that have nothing to do with it.</summary>
    public static bool IsServing
    {
        get => isServing;
        internal set => isServing = value;
    }
}
