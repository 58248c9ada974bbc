namespace Broker.Host.Admin;

/// <summary>The cluster did not do what was asked; the message says what, in one sentence.</summary>
sealed class CheckFailedException(string message, Exception? cause = null) : Exception(message, cause);
