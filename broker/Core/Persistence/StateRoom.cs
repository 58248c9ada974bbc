using Broker.Core.Waiting;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Persistence;

/// <summary>
/// Where connections wait whose next request changes files of <c>config/</c> while another one's change waits for the
/// disk: a disk that stands still takes one serving thread, however many clients make topics.
/// </summary>
sealed class StateRoom : IDisposable
{
    /// <summary>One of them gets its turn, others may find that they need none.</summary>
    const int WokenMax = 8;

    /// <summary>Clients have given up before, and a disk that hangs for longer is broken.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    readonly WaitingConnections _waiting;

    public StateRoom(ConfigTurn turn, TimeProvider time)
    {
        _waiting = new WaitingConnections(() => turn.IsFree, WokenMax, time);
        turn.Freed = _waiting.Wake;
        turn.Busy = () =>
            new PostponedException(
                request => _waiting.TryPostpone(request, Limit),
                $"[BUSY]the disk has taken no change of topics, groups or locks for {Limit.TotalSeconds:0} s: try again"
            );
    }

    /// <summary>Connections that wait.</summary>
    public int Count => _waiting.Count;

    public void Dispose() => _waiting.Dispose();
}
