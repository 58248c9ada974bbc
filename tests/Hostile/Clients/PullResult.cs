using Broker.Protocol;

namespace Hostile.Clients;

/// <summary>The answer to a pull.</summary>
readonly record struct PullResult(ResponseCode Code, long Next, long Min, long Max, IReadOnlyList<Received> Messages);
