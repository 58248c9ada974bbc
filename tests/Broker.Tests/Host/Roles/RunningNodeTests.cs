using System.Net;
using Broker.Protocol;
using Broker.Remoting;
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

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task An_address_that_clients_are_told_is_listened_on(string address)
    {
        await using var broker = await TestBroker.StartAsync(_folder.Path, ("brokerIP1", address));
        Assert.Equal(IPAddress.Parse(address), broker.Running.BrokerAddress!.Address);
        await using var client = await RemotingClient.ConnectAsync(broker.Address);
        (await client.InvokeAsync(RequestCode.GetBrokerConfig)).EnsureSuccess();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Whoever_looks_up_the_name_server_gets_an_address_that_leads_to_it(string host)
    {
        // With an address of its own everything listens at any address.
        await using var broker = await TestBroker.StartAsync(_folder.Path, ("brokerIP1", "127.0.0.1"));
        using var http = new HttpClient();
        var reached = new IPEndPoint(IPAddress.Parse(host), broker.Running.HttpAddress!.Port);
        var found = await http.GetStringAsync($"http://{reached}/rocketmq/nsaddr");
        Assert.Equal($"{new IPEndPoint(IPAddress.Parse(host), broker.Running.NameServerAddress!.Port)}", found);
        await using var client = await RemotingClient.ConnectAsync(found);
        (await client.InvokeAsync(RequestCode.GetBrokerClusterInfo)).EnsureSuccess();
    }

    /// <summary>Whether a task has ended; if not, its clock goes on.</summary>
    bool Steps(Task task)
    {
        if (!task.IsCompleted)
            _time.Advance(Limit / 10);
        return task.IsCompleted;
    }
}
