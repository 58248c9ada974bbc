namespace Broker.Core.Pop;

/// <summary>Whether a request that found nothing may wait.</summary>
enum HoldOutcome
{
    /// <summary>It waits and will be answered.</summary>
    Held,

    /// <summary>It did not ask to wait, or its time is up (code 210).</summary>
    TimeIsUp,

    /// <summary>Too many wait (code 209).</summary>
    Full,
}
