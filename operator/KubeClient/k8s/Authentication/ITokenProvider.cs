using System.Net.Http.Headers;

namespace k8s.Authentication;

/// <summary>Gives the authorization header of the next request; asked each time, so it caches.</summary>
public interface ITokenProvider
{
    /// <returns>Null when requests carry none.</returns>
    Task<AuthenticationHeaderValue?> GetAuthenticationHeaderAsync(CancellationToken cancellationToken);
}
