using System.Collections.Concurrent;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Host.Admin;

/// <summary>
/// Connections to the name servers and brokers of one cluster, made when first needed and made again when they ended.
/// </summary>
sealed class ClusterClient(string nameServers, TimeProvider time) : IAsyncDisposable
{
    readonly string[] nameServers = nameServers.Split(
        [';', ','],
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
    );
    readonly ConcurrentDictionary<string, Lazy<Task<RemotingClient>>> connections = new();

    /// <summary>Where a topic is, by the first name server that answers.</summary>
    /// <exception cref="CheckFailedException">No name server answered, or the topic has no route.</exception>
    public async Task<TopicRouteData> RouteAsync(string topic, CancellationToken cancellationToken)
    {
        Exception? last = null;
        foreach (string address in nameServers)
        {
            try
            {
                var fields = new FieldList { { "topic", topic }, { "acceptStandardJsonOnly", true } };
                var answer = await InvokeAsync(
                        address,
                        RequestCode.GetRouteInfoByTopic,
                        fields,
                        default,
                        RemotingClientSettings.DefaultTimeout,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                return TopicRouteData.Parse(answer.EnsureSuccess().Body.Span);
            }
            catch (Exception failure) when (failure is IOException or TimeoutException or RefusedException)
            {
                last = failure;
            }
        }
        throw new CheckFailedException(
            $"no route to topic {topic} from {string.Join(';', nameServers)}: {last?.Message}",
            last
        );
    }

    /// <summary>Asks one server.</summary>
    /// <exception cref="IOException">It cannot be reached, or the connection ended before the answer.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    public async Task<RemotingResponse> InvokeAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var client = await ConnectionAsync(address, cancellationToken).ConfigureAwait(false);
        return await client.InvokeAsync(code, fields, body, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connection in connections.Values)
        {
            if (connection.Value.IsCompletedSuccessfully)
                await (await connection.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
    }

    async Task<RemotingClient> ConnectionAsync(string address, CancellationToken cancellationToken)
    {
        var made = connections.GetOrAdd(address, Connect);
        if (
            made.Value.IsFaulted
            || (made.Value.IsCompletedSuccessfully && (await made.Value.ConfigureAwait(false)).Completion.IsCompleted)
        )
        {
            connections.TryRemove(KeyValuePair.Create(address, made));
            made = connections.GetOrAdd(address, Connect);
        }
        return await made.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    Lazy<Task<RemotingClient>> Connect(string address) =>
        new(() => RemotingClient.ConnectAsync(address, new RemotingClientSettings { Time = time }));
}
