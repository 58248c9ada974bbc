using System.Net.Http.Headers;

namespace k8s.Authentication;

/// <summary>
/// A bearer token in a file that somebody else keeps fresh, as the kubelet does with bound service account tokens.
/// </summary>
public sealed class TokenFileAuth(string tokenFile, TimeProvider? timeProvider = null) : ITokenProvider
{
    /// <summary>The kubelet renews a token when 80 % of its life are over; the shortest life is ten minutes.</summary>
    static readonly TimeSpan Reread = TimeSpan.FromMinutes(1);

    readonly TimeProvider time = timeProvider ?? TimeProvider.System;
    readonly Lock gate = new();
    AuthenticationHeaderValue? header;
    long readAt;

    public Task<AuthenticationHeaderValue?> GetAuthenticationHeaderAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (header is not null && time.GetElapsedTime(readAt) < Reread)
                return Task.FromResult<AuthenticationHeaderValue?>(header);
            try
            {
                header = new AuthenticationHeaderValue("Bearer", File.ReadAllText(tokenFile).Trim());
                readAt = time.GetTimestamp();
            }
            catch (IOException) when (header is not null)
            {
                // The file is swapped at this moment; the old token still lives and the next request looks again.
            }
            return Task.FromResult<AuthenticationHeaderValue?>(header);
        }
    }
}
