using Broker.Protocol;

namespace Operator.Control.Admin;

/// <summary>Tells failed calls to brokers and name servers from mistakes in this program.</summary>
static class AdminFailures
{
    /// <summary>No connection, no answer in time, a refusal, or an answer that cannot be read.</summary>
    public static bool IsOne(Exception exception) =>
        exception is IOException or TimeoutException or RefusedException or FormatException;
}
