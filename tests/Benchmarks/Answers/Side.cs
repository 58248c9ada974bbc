using System.Text;
using Broker.Protocol;
using Broker.Remoting;

namespace Benchmarks.Answers;

/// <summary>One of the two that are compared: its connections, and a consumer that answers what it is asked.</summary>
sealed class Side : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly RemotingClient _tool;
    readonly RemotingClient _consumer;
    readonly RemotingClient _nameServer;

    Side(RemotingClient tool, RemotingClient consumer, RemotingClient nameServer, string address)
    {
        _tool = tool;
        _consumer = consumer;
        _nameServer = nameServer;
        Address = address;
    }

    /// <summary>The broker's.</summary>
    public string Address { get; }

    public static async Task<Side> ConnectAsync(string broker, string nameServer)
    {
        var answers = new ProcessorTable()
            .Map(RequestCode.NotifyConsumerIdsChanged, _ => { })
            .Map(RequestCode.ResetConsumerClientOffset, _ => { })
            .Map(RequestCode.GetConsumerStatusFromClient, Say("{\"messageQueueTable\":{}}"))
            .Map(RequestCode.GetConsumerRunningInfo, Say("{\"jstack\":\"main\"}"))
            .Map(RequestCode.ConsumeMessageDirectly, Say("{\"consumeResult\":\"CR_SUCCESS\"}"));
        return new Side(
            await RemotingClient.ConnectAsync(broker),
            await RemotingClient.ConnectAsync(broker, new RemotingClientSettings { PushHandler = answers }),
            await RemotingClient.ConnectAsync(nameServer),
            broker
        );
    }

    public Task<RemotingResponse> AskAsync(Step step)
    {
        var client = step.Peer switch
        {
            Peer.NameServer => _nameServer,
            Peer.Consumer => _consumer,
            _ => _tool,
        };
        return client.InvokeAsync(step.Code, step.Fields, Encoding.UTF8.GetBytes(step.Body), Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _tool.DisposeAsync();
        await _consumer.DisposeAsync();
        await _nameServer.DisposeAsync();
    }

    static Action<Request> Say(string body) => request => request.Reply(Encoding.UTF8.GetBytes(body));
}
