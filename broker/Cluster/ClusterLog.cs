using Broker.Replication;
using Microsoft.Extensions.Logging;

namespace Broker.Cluster;

/// <summary>The log events of this component, 6000 to 6999.</summary>
static partial class ClusterLog
{
    [LoggerMessage(6001, LogLevel.Information, "campaigning for epoch {Epoch}: {Why}")]
    public static partial void Campaigning(ILogger logger, long epoch, string why);

    [LoggerMessage(6002, LogLevel.Information, "master in epoch {Epoch}, advertised as {Address}")]
    public static partial void Promoted(ILogger logger, long epoch, string address);

    [LoggerMessage(6003, LogLevel.Warning, "stepping down from epoch {Epoch}: {Why}")]
    public static partial void SteppingDown(ILogger logger, long epoch, string why);

    [LoggerMessage(6004, LogLevel.Information, "waiting ({Reason}): {Message}")]
    public static partial void Waiting(ILogger logger, WaitReason reason, string message);

    [LoggerMessage(6005, LogLevel.Warning, "the Lease was not written ({Outcome}): {Problem}")]
    public static partial void LeaseNotWritten(ILogger logger, CallOutcome outcome, string? problem);

    [LoggerMessage(6006, LogLevel.Warning, "the Lease was not read: {Problem}")]
    public static partial void LeaseNotRead(ILogger logger, string? problem);

    [LoggerMessage(6007, LogLevel.Information, "the Lease of epoch {Epoch} is released")]
    public static partial void Released(ILogger logger, long epoch);

    [LoggerMessage(6008, LogLevel.Warning, "{Name} is not resolved: {Problem}")]
    public static partial void NameUnknown(ILogger logger, string name, string problem);

    [LoggerMessage(6009, LogLevel.Debug, "the watch of {Kind} {Name} failed: {Problem}")]
    public static partial void WatchFailed(ILogger logger, string kind, string name, string problem);

    [LoggerMessage(6010, LogLevel.Information, "EndpointSlice {Name} has {Count} endpoints of epoch {Epoch}")]
    public static partial void EndpointsWritten(ILogger logger, string name, long epoch, int count);

    [LoggerMessage(6011, LogLevel.Information, "EndpointSlice {Name} is left to epoch {Higher}, ours is {Epoch}")]
    public static partial void EndpointsGivenWay(ILogger logger, string name, long higher, long epoch);

    [LoggerMessage(6012, LogLevel.Warning, "EndpointSlice {Name} was not written: {Problem}")]
    public static partial void EndpointsFailed(ILogger logger, string name, string problem);
}
