using Broker.Remoting;

namespace Broker.Core.Stats;

/// <summary>How clients come and go: what their heartbeats cost, and connections. Any thread may count.</summary>
sealed class ClientTraffic
{
    readonly Traffic _consumers = new();
    readonly Traffic _producers = new();
    readonly Traffic _opened = new();
    readonly Traffic _closed = new();
    readonly Traffic _broken = new();
    readonly Traffic _idle = new();

    /// <summary>Everything that is counted here.</summary>
    public IEnumerable<Traffic> All => [_consumers, _producers, _opened, _closed, _broken, _idle];

    /// <summary>A member's heartbeat took so long to take in, in ms; counted once a group.</summary>
    public void ConsumerHeard(long ms) => _consumers.AddTime(ms);

    /// <inheritdoc cref="ConsumerHeard"/>
    public void ProducerHeard(long ms) => _producers.AddTime(ms);

    /// <summary>A client connected.</summary>
    public void Opened() => _opened.Add(1, 0);

    /// <summary>A connection ended. One that broke, or was silent for too long, is counted as that too.</summary>
    public void Closed(CloseReason reason)
    {
        if (reason == CloseReason.SocketError)
            _broken.Add(1, 0);
        else if (reason == CloseReason.IdleTimeout)
            _idle.Add(1, 0);
        _closed.Add(1, 0);
    }

    /// <summary>
    /// The counter of a name and key as the reference calls them; null when there is none, or nothing was counted yet.
    /// </summary>
    public Traffic? Find(string name, string key, string cluster)
    {
        var found = (name, key) switch
        {
            ("CONSUMER_REGISTER_TIME", _) when key == cluster => _consumers,
            ("PRODUCER_REGISTER_TIME", _) when key == cluster => _producers,
            ("CHANNEL_ACTIVITY", "CONNECT") => _opened,
            ("CHANNEL_ACTIVITY", "CLOSE") => _closed,
            ("CHANNEL_ACTIVITY", "EXCEPTION") => _broken,
            ("CHANNEL_ACTIVITY", "IDLE") => _idle,
            _ => null,
        };
        return found is { Calls: > 0 } ? found : null;
    }
}
