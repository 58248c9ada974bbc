using System.Globalization;

namespace Broker.Host.Admin.Output;

/// <summary>A time of the cluster's, ms since 1970; 0 is none. People see local time, programs the number.</summary>
readonly record struct Moment(long Ms)
{
    /// <summary>Such as <c>2024-05-01 12:00:00.123</c>.</summary>
    public override string ToString() =>
        Ms <= 0
            ? "-"
            : DateTimeOffset
                .FromUnixTimeMilliseconds(Math.Min(Ms, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))
                .ToLocalTime()
                .ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
