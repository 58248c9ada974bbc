using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Broker.Cluster;

/// <summary>
/// The addresses of the two master Services, by DNS, because a broker has no right to read Services. Known addresses
/// stay known when DNS fails later.
/// </summary>
sealed class MasterAddresses(ElectionOptions options, TimeProvider time, ILogger logger)
{
    /// <summary>A Service that was deleted and created again may have another address.</summary>
    static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    readonly string?[] _addresses = new string?[options.MasterServices.Count];
    long _resolvedAt;

    /// <summary>The address that stands for an epoch; null while it is not known.</summary>
    public string? Of(long epoch) => _addresses[(int)(epoch & 1)];

    /// <summary>Asks again when the answers are old or missing; true when all addresses are known.</summary>
    public async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        if (Array.TrueForAll(_addresses, a => a is not null) && time.GetElapsedTime(_resolvedAt) < Age)
            return true;
        for (var i = 0; i < _addresses.Length; i++)
            _addresses[i] = await ResolveAsync(options.MasterServices[i], cancellationToken) ?? _addresses[i];
        _resolvedAt = time.GetTimestamp();
        return Array.TrueForAll(_addresses, a => a is not null);
    }

    async Task<string?> ResolveAsync(string service, CancellationToken cancellationToken)
    {
        var name = $"{service}.{options.Namespace}.svc";
        using var timeout = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var found = await options.Resolve(name, either.Token);
            var address =
                Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork) ?? found.FirstOrDefault();
            return address?.ToString();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ClusterLog.NameUnknown(logger, name, e.Message);
            return null;
        }
    }
}
