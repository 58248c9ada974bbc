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

    /// <summary>From 3.0.7 on clients take reset offsets (220) and tell theirs (221).</summary>
    public const int ResetPush = 28;

    /// <summary>From 3.1.8 on consumers tell what they do (307) and consume when asked (309).</summary>
    public const int RunningInfo = 62;

    /// <summary>Clients newer than 5.3.1 go to another server when one says that it goes away.</summary>
    public const int GoAway = 475;

    /// <summary>From 3.4.9 on a send-back's own maximum of deliveries is honoured.</summary>
    public const int MaxReconsumeTimes = 121;
}
