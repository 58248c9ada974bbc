using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Remoting;

namespace Operator.Control.Admin;

/// <summary>
/// Connections to brokers and name servers, one per address, opened when first used and kept. The number of calls
/// under way is bounded altogether and per address, so that one stuck broker does not hold up the others.
/// </summary>
sealed class AdminConnections(RemotingClientSettings settings) : IAsyncDisposable
{
    /// <summary>
    /// A config table of 10,000 topics is 1.5 MB, well within a second; and a process that is asked in vain must not
    /// hold up the pass that would repair it.
    /// </summary>
    static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Enough for a hundred brokers to be asked within a second; each call holds a few KiB, rarely MiB.
    /// </summary>
    const int CallsAltogether = 32;

    /// <summary>Brokers answer administration one at a time; more under way would only queue there.</summary>
    const int CallsPerAddress = 4;

    /// <summary>Addresses change with pods: beyond this many the one that was not used for longest goes.</summary>
    const int MostConnections = 1024;

    readonly SemaphoreSlim _calls = new(CallsAltogether);
    readonly Dictionary<string, Entry> _entries = [];
    readonly Lock _gate = new();
    long _uses;

    /// <summary>Sends one request and returns its answer, whatever its code.</summary>
    /// <exception cref="IOException">The address cannot be reached, or the connection ended.</exception>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    public async Task<RemotingResponse> InvokeAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        var entry = EntryOf(address);
        await entry.Calls.WaitAsync(cancellationToken);
        try
        {
            await _calls.WaitAsync(cancellationToken);
            try
            {
                var client = await entry.ConnectAsync(address, settings, cancellationToken);
                return await client.InvokeAsync(code, fields, body, CallTimeout, cancellationToken);
            }
            finally
            {
                _calls.Release();
            }
        }
        finally
        {
            entry.Calls.Release();
        }
    }

    /// <summary>Sends one request and returns its answer's body.</summary>
    /// <exception cref="RefusedException">The answer's code is not 0.</exception>
    /// <inheritdoc cref="InvokeAsync" path="/exception"/>
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        string address,
        RequestCode code,
        FieldList? fields,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) => (await InvokeAsync(address, code, fields, body, cancellationToken)).EnsureSuccess().Body;

    /// <summary>Closes all connections; calls under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        Entry[] entries;
        lock (_gate)
        {
            entries = [.. _entries.Values];
            _entries.Clear();
        }
        foreach (var entry in entries)
            await entry.DisposeAsync();
        _calls.Dispose();
    }

    Entry EntryOf(string address)
    {
        Entry? oldest = null;
        Entry found;
        lock (_gate)
        {
            if (!_entries.TryGetValue(address, out found!))
            {
                if (_entries.Count >= MostConnections)
                {
                    var (key, idle) = _entries.MinBy(e => e.Value.LastUse);
                    _entries.Remove(key);
                    oldest = idle;
                }
                found = new Entry();
                _entries.Add(address, found);
            }
            found.LastUse = ++_uses;
        }
        if (oldest is not null)
            _ = oldest.DisposeAsync().AsTask();
        return found;
    }

    sealed class Entry : IAsyncDisposable
    {
        readonly SemaphoreSlim _connecting = new(1);
        RemotingClient? _client;

        public SemaphoreSlim Calls { get; } = new(CallsPerAddress);

        public long LastUse { get; set; }

        public async Task<RemotingClient> ConnectAsync(
            string address,
            RemotingClientSettings settings,
            CancellationToken cancellationToken
        )
        {
            await _connecting.WaitAsync(cancellationToken);
            try
            {
                if (_client is { Completion.IsCompleted: false })
                    return _client;
                if (_client is not null)
                    await _client.DisposeAsync();
                _client = null;
                return _client = await RemotingClient.ConnectAsync(address, settings, cancellationToken);
            }
            finally
            {
                _connecting.Release();
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_client is not null)
                await _client.DisposeAsync();
        }
    }
}
