using Broker.Protocol;
using Broker.Remoting;

namespace Broker.Core.Groups;

/// <summary>
/// Who sent a heartbeat, over which connection and when (a timestamp of the clock, and ms since 1970); and the hash of
/// all that it says, 0 from clients that have no short form.
/// </summary>
readonly record struct ClientHeartbeat(
    Connection Connection,
    string ClientId,
    LanguageCode Language,
    int Version,
    long Now,
    long NowMs,
    int Fingerprint
);
