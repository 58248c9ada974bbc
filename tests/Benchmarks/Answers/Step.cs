using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Benchmarks.Answers;

/// <summary>One request of the comparison.</summary>
/// <param name="Name">For the report; unique.</param>
/// <param name="Code">The code.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Body">Its body, empty for none.</param>
sealed record Step(string Name, RequestCode Code, FieldList Fields, string Body = "")
{
    /// <summary>Who is asked.</summary>
    public Peer Peer { get; init; } = Peer.Broker;
}
