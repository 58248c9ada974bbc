using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Benchmarks.Load;

/// <summary>
/// Consumers, a hundred to a group, each with a connection of its own and a heartbeat every 30 s, as Apache's clients
/// send them.
/// </summary>
sealed class ConnectionLoad(Target target, int count) : IAsyncDisposable
{
    const int MembersPerGroup = 100;

    /// <summary>Connections that are opened at a time: a name server's or broker's backlog holds 1024.</summary>
    const int OpenedAtATime = 100;

    static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(30);

    readonly RemotingClient[] clients = new RemotingClient[count];
    long heartbeats;

    public long Heartbeats => heartbeats;

    /// <summary>Opens all and sends the first heartbeats.</summary>
    public async Task ConnectAsync()
    {
        foreach (var part in Enumerable.Range(0, count).Chunk(OpenedAtATime))
        {
            await Task.WhenAll(part.Select(OpenAsync));
            await Task.WhenAll(part.Select(BeatAsync));
        }
    }

    /// <summary>Sends each one's heartbeat every 30 s, spread evenly over the time.</summary>
    public async Task BeatAsync(TimeSpan length)
    {
        using var limit = new CancellationTokenSource(length);
        using var ticks = new PeriodicTimer(HeartbeatPeriod / Math.Max(1, count / OpenedAtATime));
        try
        {
            for (int from = 0; await ticks.WaitForNextTickAsync(limit.Token); from = (from + OpenedAtATime) % count)
                await Task.WhenAll(Enumerable.Range(from, Math.Min(OpenedAtATime, count - from)).Select(BeatAsync));
        }
        catch (OperationCanceledException)
        {
            // The time is up.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Where(client => client is not null))
            await client.DisposeAsync();
    }

    async Task OpenAsync(int number) => clients[number] = await RemotingClient.ConnectAsync(target.Broker);

    async Task BeatAsync(int number)
    {
        var heartbeat = new HeartbeatData
        {
            ClientId = $"127.0.0.1@{number}",
            ProducerGroups = ["bench_producer"],
            Consumers =
            [
                new ConsumerData
                {
                    GroupName = $"bench_members_{number / MembersPerGroup}",
                    ConsumeType = ConsumeType.Passively,
                    MessageModel = MessageModel.Clustering,
                    Subscriptions = [new SubscriptionData { Topic = target.Topic, SubString = "*" }],
                },
            ],
        };
        (await clients[number].InvokeAsync(RequestCode.HeartBeat, null, heartbeat.ToJson())).EnsureSuccess();
        Interlocked.Increment(ref heartbeats);
    }
}
