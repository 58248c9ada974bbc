using System.Collections.Concurrent;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

/// <summary>A client that remembers which groups it was told to look at (code 40).</summary>
sealed class PushRecorder
{
    readonly ConcurrentQueue<string> _groups = new();

    public ProcessorTable Handler
    {
        get
        {
            var table = new ProcessorTable();
            return table.Map(
                RequestCode.NotifyConsumerIdsChanged,
                request => _groups.Enqueue(request.Fields.GetString("consumerGroup"u8)!)
            );
        }
    }

    public int Count => _groups.Count;

    /// <summary>Connects with this as the handler of what the server asks.</summary>
    public Task<RemotingClient> ConnectAsync(string address) =>
        RemotingClient.ConnectAsync(address, new RemotingClientSettings { PushHandler = Handler });

    /// <summary>Waits until so many pushes came in all.</summary>
    public async Task AwaitAsync(int count)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_groups.Count < count)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < TestBroker.Patience,
                $"{_groups.Count} of {count} pushes came"
            );
            await Task.Yield();
        }
    }
}
