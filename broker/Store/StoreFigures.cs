namespace Broker.Store;

/// <summary>How the store does, for the broker's runtime info (request 28).</summary>
/// <param name="MessagesWritten">Messages written since the start.</param>
/// <param name="BytesWritten">Their bytes.</param>
/// <param name="FlushBehindBytes">Bytes that would not survive a power cut.</param>
/// <param name="DispatchBehindBytes">Bytes that no consumer sees yet.</param>
/// <param name="DiskUsedRatio">Used part of the log's volume, from 0 to 1.</param>
/// <param name="PutWaitMsMax">Longest time between a message's place and its answer, since the last metrics
/// reading.</param>
/// <param name="UnconfirmedMessages">Messages that wait for replicas.</param>
/// <param name="WritingMs">For how long the write to the log that is under way has lasted; 0 when none is.</param>
/// <param name="ReadMsMax">The longest read of a queue since the start.</param>
/// <param name="NotStored">Messages that were refused since the start.</param>
/// <param name="PutTimes">How long appends took.</param>
public readonly record struct StoreFigures(
    long MessagesWritten,
    long BytesWritten,
    long FlushBehindBytes,
    long DispatchBehindBytes,
    double DiskUsedRatio,
    long PutWaitMsMax,
    int UnconfirmedMessages,
    long WritingMs,
    long ReadMsMax,
    long NotStored,
    PutTimes PutTimes
);
