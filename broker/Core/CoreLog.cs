using Microsoft.Extensions.Logging;

namespace Broker.Core;

/// <summary>Events 2000 to 2499.</summary>
static partial class CoreLog
{
    [LoggerMessage(2000, LogLevel.Information, "Store {Folder} is open: {Topics} topics, log {First} to {End}")]
    public static partial void Opened(ILogger logger, string folder, int topics, long first, long end);

    [LoggerMessage(2001, LogLevel.Information, "Master of {Broker}, epoch {Epoch}, at {Address}")]
    public static partial void BecameMaster(ILogger logger, string broker, long epoch, System.Net.IPEndPoint address);

    [LoggerMessage(2002, LogLevel.Warning, "No longer the master of {Broker}: {Reason}")]
    public static partial void SteppedDown(ILogger logger, string broker, string reason);

    [LoggerMessage(2003, LogLevel.Information, "Stopped in an orderly way, log ends at {End}")]
    public static partial void Stopped(ILogger logger, long end);

    [LoggerMessage(2004, LogLevel.Error, "{Work} failed; tried again in a moment")]
    public static partial void BackgroundFailed(ILogger logger, Exception failure, string work);

    [LoggerMessage(2005, LogLevel.Information, "Configuration changed by {Client}: {Changes}")]
    public static partial void ConfigChanged(ILogger logger, System.Net.IPEndPoint client, string changes);

    [LoggerMessage(
        2006,
        LogLevel.Warning,
        "A {Request} of {Client} is refused with {Code}: {Remark} ({Others} more of this kind since the last line)"
    )]
    public static partial void Refused(
        ILogger logger,
        string request,
        System.Net.IPEndPoint client,
        Protocol.ResponseCode code,
        string remark,
        long others
    );

    [LoggerMessage(
        2007,
        LogLevel.Warning,
        "The process may have {Handles} handles: {Connections} connections are accepted instead of {Configured}, "
            + "so that the store always finds one. Raise the limit (ulimit -n) to accept more"
    )]
    public static partial void FewHandles(ILogger logger, long handles, int connections, int configured);

    [LoggerMessage(2010, LogLevel.Information, "Registered at name server {Server}")]
    public static partial void Registered(ILogger logger, string server);

    [LoggerMessage(2011, LogLevel.Warning, "Registration at name server {Server} failed: {Reason}")]
    public static partial void RegistrationFailed(ILogger logger, string server, string reason);

    [LoggerMessage(2012, LogLevel.Information, "Name server {Server} moved to {Addresses}: connecting again")]
    public static partial void NameServerMoved(ILogger logger, string server, string addresses);
}
