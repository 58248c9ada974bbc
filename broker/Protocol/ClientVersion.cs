namespace Broker.Protocol;

/// <summary>
/// Protocol versions that gate a behaviour: ordinals of the reference's version list (protocol.md §1.4).
/// </summary>
public static class ClientVersion
{
    /// <summary>What this server answers with: 5.3.3, the level it is compatible with.</summary>
    public const int Current = 479;

    /// <summary>From 4.9.4 on a route's numeric map keys are quoted.</summary>
    public const int StandardJson = 401;

    /// <summary>From 3.4.9 on a send-back's own maximum of deliveries is honoured.</summary>
    public const int MaxReconsumeTimes = 121;
}
