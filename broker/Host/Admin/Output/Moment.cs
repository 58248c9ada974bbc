using System.Globalization;

namespace Broker.Host.Admin.Output;

/// <summary>A time of the cluster's, ms since 1970; 0 is none. People see local time, programs the number.</summary>
readonly record struct Moment(long Ms)
{
    /// <summary>As options of verbs take it.</summary>
    public string Typed => Local.ToString("yyyy-MM-dd#HH:mm:ss:fff", CultureInfo.InvariantCulture);

    DateTimeOffset Local =>
        DateTimeOffset
            .FromUnixTimeMilliseconds(Math.Clamp(Ms, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))
            .ToLocalTime();

    /// <summary>Such as <c>2024-05-01 12:00:00.123</c>.</summary>
    public override string ToString() =>
        Ms <= 0 ? "-" : Local.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
