using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>How a server here differs from the usual.</summary>
public sealed record ApiServerOptions
{
    /// <summary>
    /// How many changes a watch may have missed before it is refused as too old. Small values find clients that do not
    /// keep up their resource version.
    /// </summary>
    public int HistoryLength { get; init; } = 1000;

    /// <summary>
    /// How many lists that are read in pages are remembered; reading on in an older one is refused (410).
    /// </summary>
    public int OpenLists { get; init; } = 8;

    /// <summary>Between two bookmarks of a watch that wants them.</summary>
    public TimeSpan BookmarkEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>As <c>/version</c> says it.</summary>
    public (int Major, int Minor) Version { get; init; } = (1, 34);

    /// <summary>Turns HTTPS on, and with it HTTP/2.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Asks every client for a certificate, over HTTPS, and takes any; the call says which it was.</summary>
    public bool AskForClientCertificate { get; init; }

    /// <summary>Every request must carry this authorization header; no check when null.</summary>
    public Func<string?, bool>? Authorize { get; init; }

    /// <summary>
    /// Called with each new or changed object after the server's own defaults, before it is checked and stored.
    /// </summary>
    public Action<ResourceType, JsonObject>? Defaulting { get; init; }

    /// <summary>Of timestamps, bookmarks, time limits of watches and slow answers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
