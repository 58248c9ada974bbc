using Microsoft.Extensions.Logging.Console;

namespace Operator.Host.Run;

/// <summary>The log on standard error: text for people, JSON for machines.</summary>
static class LogOutput
{
    /// <summary>A factory whose loggers write in the format.</summary>
    public static ILoggerFactory Create(LogFormat format) =>
        LoggerFactory.Create(builder =>
        {
            builder.SetMinimumLevel(LogLevel.Information);
            builder.AddFilter("Microsoft", LogLevel.Warning); // a line for each probe would be all there is to read
            builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
            if (format == LogFormat.Json || (format == LogFormat.Auto && Console.IsErrorRedirected))
                builder.AddJsonConsole(o => o.UseUtcTimestamp = true);
            else
                builder.AddSimpleConsole(o => o.SingleLine = true);
        });
}
