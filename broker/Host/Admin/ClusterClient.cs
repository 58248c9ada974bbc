using System.Collections.Concurrent;
using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Broker.Host.Admin;

/// <summary>
/// Connections to the name servers and brokers of one cluster, made when first needed and made again when they ended.
/// </summary>
sealed partial class ClusterClient(string nameServers, TimeProvider time) : IAsyncDisposable
{
    readonly string[] nameServers = nameServers.Split(
        [';', ','],
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
    );
    readonly ConcurrentDictionary<string, Lazy<Task<RemotingClient>>> connections = new();

    /// <summary>How long an answer may take where a call does not say otherwise.</summary>
    public TimeSpan Timeout { get; init; } = RemotingClientSettings.DefaultTimeout;

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
