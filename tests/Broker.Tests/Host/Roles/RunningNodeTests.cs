using Broker.Tests.Core;
using Broker.Tests.Remoting;
using Xunit;

namespace Broker.Tests.Host.Roles;

public sealed class RunningNodeTests : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    readonly TestFolder _folder = new();
    readonly SteppedTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_node_waits_until_its_broker_is_registered()
    {
        await using var broker = await TestBroker.StartAsync(_folder.Path, _time);
        var registered = broker.Running.RegisteredAsync(Timeout.InfiniteTimeSpan);
        await TestBroker.UntilAsync(() => Steps(registered));
        Assert.Equal((1, 1), broker.Node.NameServers);
    }

    [Fact]
    public async Task Whoever_waits_for_a_registration_that_cannot_be_is_let_go_after_the_time()
    {
        await using var broker = await TestBroker.StartAsync(_folder.Path, _time);
        await broker.Running.NameServer!.StopAsync(TimeSpan.Zero);
        await TestBroker.UntilAsync(() => broker.Node.NameServers.Registered == 0);
        var registered = broker.Running.RegisteredAsync(Limit);
        Assert.False(registered.IsCompleted);
        _time.Advance(Limit / 2);
        Assert.False(registered.IsCompleted);
        await TestBroker.UntilAsync(() => Steps(registered));
    }

    /// <summary>Whether a task has ended; if not, its clock goes on.</summary>
    bool Steps(Task task)
    {
        if (!task.IsCompleted)
            _time.Advance(Limit / 10);
        return task.IsCompleted;
    }
}
