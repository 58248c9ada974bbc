namespace Broker.Telemetry;

/// <summary>
/// Decides which failures of one kind of work are logged: a new one at once, and one that goes on once per interval,
/// with how many were not logged since. Any thread may call.
/// </summary>
/// <param name="time">The clock of the intervals.</param>
public sealed class FailureLog(TimeProvider time)
{
    /// <summary>Time between two lines about the same failure.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    (Type Type, int Code)? _last;
    long _saidAt;
    long _unsaid;

    /// <summary>Whether this failure is to be logged now.</summary>
    /// <param name="failure">Failures of one type and error number are the same.</param>
    /// <param name="unsaid">How many came since the last line, and were not logged.</param>
    public bool IsDue(Exception failure, out long unsaid)
    {
        lock (_gate)
        {
            var kind = (failure.GetType(), failure.HResult);
            unsaid = _unsaid;
            if (_last == kind && time.GetElapsedTime(_saidAt) < Interval)
            {
                _unsaid++;
                return false;
            }
            _last = kind;
            _saidAt = time.GetTimestamp();
            _unsaid = 0;
            return true;
        }
    }
}
