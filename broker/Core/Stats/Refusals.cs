using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Broker.Protocol;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Stats;

/// <summary>
/// Sends and pulls that were refused: each is counted by its reason, and of each reason one in ten seconds is logged,
/// so that a client in a loop cannot fill the disk with lines.
/// </summary>
public sealed class Refusals
{
    static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    /// <summary>Kinds of request times codes: both are few.</summary>
    readonly ConcurrentDictionary<(string Request, ResponseCode Code), Reason> _reasons = new();
    readonly Counter<long> _refused;
    readonly TimeProvider _time;
    readonly ILogger _logger;

    /// <summary>Declares the instrument.</summary>
    public Refusals(Meter meter, TimeProvider time, ILogger logger)
    {
        _refused = meter.CreateCounter<long>(
            "rocketmq_refused_total",
            description: "Sends and pulls that were refused, by kind of request and name of the answer's code."
        );
        _time = time;
        _logger = logger;
    }

    /// <summary>Counts one, and logs it if none of this reason was logged lately.</summary>
    /// <param name="request">send or pull.</param>
    /// <param name="code">The answer's code.</param>
    /// <param name="remark">What the client is told.</param>
    /// <param name="client">The client.</param>
    public void Add(string request, ResponseCode code, string remark, IPEndPoint client)
    {
        var reason = _reasons.GetOrAdd((request, code), static key => new Reason(key.Request, key.Code));
        _refused.Add(1, reason.Labels);
        if (reason.TryLog(_time, LogInterval, out var others))
            CoreLog.Refused(_logger, request, client, code, remark, others);
    }

    sealed class Reason(string request, ResponseCode code)
    {
        readonly Lock _gate = new();
        long _loggedAt = long.MinValue;
        long _others;

        public KeyValuePair<string, object?>[] Labels { get; } =
        [new("request", request), new("reason", RemotingMetrics.NameOf(code))];

        /// <summary>Whether it is time for a line, and how many went without one since the last.</summary>
        public bool TryLog(TimeProvider time, TimeSpan interval, out long others)
        {
            lock (_gate)
            {
                others = _others++;
                if (_loggedAt != long.MinValue && time.GetElapsedTime(_loggedAt) < interval)
                    return false;
                _loggedAt = time.GetTimestamp();
                _others = 0;
                return true;
            }
        }
    }
}
