using Microsoft.Extensions.Logging.Console;

namespace Broker.Host.Logs;

/// <summary>
/// Makes the loggers of a process: everything goes to standard error, so that standard output stays for results.
/// </summary>
static class LogSetup
{
    const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static ILoggerFactory Create(LogFormat format, LogLevel level)
    {
        var json = format == LogFormat.Json || (format == LogFormat.Auto && Console.IsErrorRedirected);
        return LoggerFactory.Create(logging =>
        {
            logging.SetMinimumLevel(level);
            logging.AddFilter("Microsoft", LogLevel.Warning);
            logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            if (json)
            {
                logging.AddJsonConsole(console =>
                {
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = TimeFormat.TrimEnd();
                });
                return;
            }
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = TimeFormat;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        });
    }
}
