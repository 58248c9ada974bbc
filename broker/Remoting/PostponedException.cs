using Broker.Protocol;

namespace Broker.Remoting;

/// <summary>
/// Thrown by what a processor calls when serving the request now would keep a thread waiting that serves others. The
/// request stays at its connection and is processed again from the start, so what was done so far must be repeatable.
/// </summary>
/// <param name="tryPostpone">
/// Keeps the connection until it is time; false when the request has waited long enough, and is refused with 2.
/// </param>
/// <param name="remark">Why it is refused then.</param>
public sealed class PostponedException(Func<Request, bool> tryPostpone, string remark)
    : RefusedException(ResponseCode.SystemBusy, remark)
{
    internal bool TryPostpone(Request request) => tryPostpone(request);
}
