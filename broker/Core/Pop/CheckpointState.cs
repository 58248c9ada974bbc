namespace Broker.Core.Pop;

/// <summary>How far a checkpoint has come. It only ever goes on.</summary>
enum CheckpointState
{
    /// <summary>In memory only: its queue's offset is not committed beyond it.</summary>
    Fresh,

    /// <summary>On its way into the revive log.</summary>
    Storing,

    /// <summary>In the revive log: acks that come from now on are written there too.</summary>
    Stored,

    /// <summary>Its time is over: what is not acknowledged is being delivered again.</summary>
    Reviving,

    /// <summary>Nothing of it is left to do.</summary>
    Done,
}
