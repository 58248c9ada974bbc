namespace Broker.Store.Timers;

/// <summary>What the state keeps of a run.</summary>
/// <param name="Number">The name of its file.</param>
/// <param name="Tier">How often its records were merged.</param>
/// <param name="Records">How many the file holds.</param>
/// <param name="Taken">How many of them are done with.</param>
/// <param name="MinPosition">No record that is left points to a smaller log position.</param>
/// <param name="MinQueueOffset">No record that is left has a smaller queue offset.</param>
readonly record struct TimerRunInfo(
    long Number,
    int Tier,
    long Records,
    long Taken,
    long MinPosition,
    long MinQueueOffset
);
