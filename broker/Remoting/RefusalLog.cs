using Microsoft.Extensions.Logging;

namespace Broker.Remoting;

/// <summary>
/// Logs connections that were closed for what their peers did, at most one line a reason and interval: a client that
/// comes back at once with the same mistake must not fill the disk. The metric counts all of them.
/// </summary>
sealed class RefusalLog(TimeProvider time, ILogger logger)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    readonly Lock gate = new();
    readonly Dictionary<CloseReason, (long At, long Unsaid)> last = [];

    public void Note(CloseReason reason, Connection connection)
    {
        long unsaid;
        lock (gate)
        {
            if (last.TryGetValue(reason, out var line) && time.GetElapsedTime(line.At) < Interval)
            {
                last[reason] = (line.At, line.Unsaid + 1);
                return;
            }
            unsaid = line.Unsaid;
            last[reason] = (time.GetTimestamp(), 0);
        }
        RemotingLog.Refused(logger, connection.Id, connection.RemoteEndPoint, reason, unsaid);
    }
}
