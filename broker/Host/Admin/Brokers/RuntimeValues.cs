using System.Globalization;
using Broker.Protocol;
using Broker.Protocol.Bodies;

namespace Broker.Host.Admin.Brokers;

/// <summary>What a broker says of itself, by name (code 28).</summary>
sealed class RuntimeValues(IReadOnlyDictionary<string, string> values)
{
    /// <summary>All of it, by name.</summary>
    public IEnumerable<KeyValuePair<string, string>> All => values.OrderBy(one => one.Key, StringComparer.Ordinal);

    /// <summary>Asks a broker.</summary>
    public static async Task<RuntimeValues> OfAsync(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetBrokerRuntimeInfo, null, default, call.Stopping)
            .ConfigureAwait(false);
        return new RuntimeValues(KvTable.Parse(answer.Body.Span));
    }

    /// <summary>A text, null when the broker does not say it.</summary>
    public string? Text(string name) => values.GetValueOrDefault(name);

    /// <summary>A whole number, 0 when the broker does not say it.</summary>
    public long Number(string name) =>
        long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;

    /// <summary>The first of the numbers of a rate: that of the last 10 seconds.</summary>
    public double Rate(string name, string formerName = "") =>
        double.TryParse(
            (Text(name) ?? Text(formerName))?.Split(' ')[0],
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double rate
        )
            ? rate
            : 0;
}
