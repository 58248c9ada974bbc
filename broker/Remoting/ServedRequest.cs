using Broker.Protocol;

namespace Broker.Remoting;

/// <summary>A request code that a server serves.</summary>
/// <param name="Code">The code.</param>
/// <param name="Processor">The type that serves it.</param>
/// <param name="Refusals">
/// What it may answer but 0 and what every code may be answered with: 1 for a bad request, 2, 3 and 1500.
/// </param>
public sealed record ServedRequest(RequestCode Code, Type Processor, IReadOnlyList<ResponseCode> Refusals);
