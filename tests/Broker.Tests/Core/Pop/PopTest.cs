using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Pop;

/// <summary>A test that pops from a broker of its own, whose clock stands still.</summary>
public abstract class PopTest(params string[] messages) : IAsyncLifetime
{
    /// <summary>Asks for ordered consumption.</summary>
    private protected static readonly (string, object) Ordered = ("order", "true");

    /// <summary>Running from <see cref="InitializeAsync"/> on, with the messages.</summary>
    private protected PopBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await PopBroker.StartAsync();
        await _broker.SendAsync(messages);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a pop and comes back when the broker holds it.</summary>
    private protected async Task<Task<RemotingResponse>> HoldAsync(params (string, object)[] other)
    {
        var held = _broker.Node.HeldPops;
        var answer = _broker.PopAsync([("pollTime", 15_000), .. other]);
        await TestBroker.UntilAsync(() => _broker.Node.HeldPops > held || answer.IsCompleted);
        return answer;
    }
}
