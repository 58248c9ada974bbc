using Broker.Store;

namespace Broker.Tests.Store;

/// <summary>Remembers how an append ended.</summary>
public sealed class Outcome : AppendCompletion
{
    volatile bool ended;

    public AppendStatus Placed { get; set; }

    public AppendStatus Status { get; private set; }

    public bool HasEnded => ended;

    public int Calls { get; private set; }

    public override void Completed(AppendStatus outcome)
    {
        Status = outcome;
        Calls++;
        ended = true;
    }
}
