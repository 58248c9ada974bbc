using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Scenarios.Doubles;

/// <summary>Where tests log to: nowhere, or standard error when SCENARIOS_LOG is set.</summary>
static class TestLog
{
    public static ILoggerFactory Factory { get; } =
        Environment.GetEnvironmentVariable("SCENARIOS_LOG") is null
            ? NullLoggerFactory.Instance
            : LoggerFactory.Create(b =>
                b.SetMinimumLevel(LogLevel.Debug)
                    .AddSimpleConsole(o =>
                    {
                        o.SingleLine = true;
                        o.TimestampFormat = "HH:mm:ss.fff ";
                    })
            );
}
