using Broker.Protocol;

namespace Broker.Host.Admin;

/// <summary>The cluster did not do what was asked; the message says what, and what to do, in a sentence.</summary>
sealed class AdminFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The code of the answer that refused it; null when there was no answer.</summary>
    public ResponseCode? Code => (InnerException as RefusedException)?.Code;
}
