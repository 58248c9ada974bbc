namespace Broker.Protocol.Bodies;

/// <summary>How a consumer gets its messages; the values are the reference's ordinals.</summary>
public enum ConsumeType
{
    /// <summary>CONSUME_ACTIVELY: the application pulls.</summary>
    Actively = 0,

    /// <summary>CONSUME_PASSIVELY: the client library pulls and calls the application.</summary>
    Passively = 1,

    /// <summary>CONSUME_POP: the broker assigns.</summary>
    Pop = 2,
}
