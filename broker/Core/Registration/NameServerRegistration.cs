using Broker.Core.Configuration;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Registration;

/// <summary>
/// Tells every name server which topics this broker has. The list of name servers is read again each period, so it may
/// grow and shrink while the broker runs.
/// </summary>
sealed class NameServerRegistration : IAsyncDisposable
{
    readonly RegistrationSource _source;
    readonly Func<string> _addresses;
    readonly Random _random;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _gate = new();
    readonly Dictionary<string, NameServerLink> _links = [];
    readonly ITimer _timer;
    bool _running;

    /// <param name="source">What to say.</param>
    /// <param name="addresses">The configured name servers, host:port;host:port.</param>
    /// <param name="random">Keeps brokers that lost a name server together from coming back in step.</param>
    /// <param name="time">The clock of the periods.</param>
    /// <param name="logger">Where registrations and their failures go.</param>
    public NameServerRegistration(
        RegistrationSource source,
        Func<string> addresses,
        Random random,
        TimeProvider time,
        ILogger logger
    )
    {
        _random = random;
        _source = source;
        _addresses = addresses;
        _time = time;
        _logger = logger;
        _timer = time.CreateTimer(_ => FollowList(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Name servers that know this broker, and all that are configured.</summary>
    public (int Registered, int Configured) Counts
    {
        get
        {
            lock (_gate)
                return (_links.Values.Count(l => l.IsRegistered), _links.Count);
        }
    }

    /// <summary>Begins to register.</summary>
    public void Start()
    {
        lock (_gate)
            _running = true;
        FollowList();
        _timer.Change(_source.Period, _source.Period);
    }

    /// <summary>Registers now: a topic, the address or the list of name servers has changed.</summary>
    public void RegisterNow()
    {
        FollowList();
        lock (_gate)
        {
            foreach (var link in _links.Values)
                link.Wake();
        }
    }

    /// <summary>Where a topic is, as the first name server says that can be asked; null when none can.</summary>
    public async Task<RemotingResponse?> AskRouteAsync(string topic)
    {
        NameServerLink[] links;
        lock (_gate)
            links = [.. _links.Values];
        foreach (var link in links)
        {
            if (await link.AskRouteAsync(topic) is { } answer)
                return answer;
        }
        return null;
    }

    /// <summary>Takes this broker out of every route.</summary>
    public async Task StopAsync()
    {
        NameServerLink[] links;
        lock (_gate)
        {
            _running = false;
            links = [.. _links.Values];
            _links.Clear();
        }
        await Task.WhenAll(links.Select(l => l.DisposeAsync().AsTask()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await StopAsync();
    }

    void FollowList()
    {
        var wanted = _addresses()
            .Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToHashSet();
        List<NameServerLink> dropped = [];
        lock (_gate)
        {
            if (!_running)
                return;
            foreach (var address in _links.Keys.Where(a => !wanted.Contains(a)).ToArray())
            {
                dropped.Add(_links[address]);
                _links.Remove(address);
            }
            foreach (var address in wanted.Where(a => !_links.ContainsKey(a)))
                _links.Add(address, new NameServerLink(address, _source, new Random(_random.Next()), _time, _logger));
        }
        foreach (var link in dropped)
            _ = link.DisposeAsync().AsTask();
    }
}
