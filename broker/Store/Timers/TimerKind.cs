namespace Broker.Store.Timers;

/// <summary>
/// What is to be done with a waiting message when its record is due. Of those that are due together the lower numbers
/// come first: a recall must be known before what it recalls.
/// </summary>
public enum TimerKind
{
    /// <summary>A message of the same second is not to be delivered.</summary>
    Recall = 0,

    /// <summary>Stored again at the end of the log, since its time is further away than the log is kept.</summary>
    Roll = 1,

    /// <summary>Stored in the topic that it was sent to.</summary>
    Deliver = 2,
}
