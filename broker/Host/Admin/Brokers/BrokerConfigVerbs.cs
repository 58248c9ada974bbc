using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;

namespace Broker.Host.Admin.Brokers;

/// <summary><c>getBrokerConfig</c> and <c>updateBrokerConfig</c>: the keys of brokers, by Apache's names.</summary>
static class BrokerConfigVerbs
{
    public static Verb CreateGet()
    {
        var target = new BrokerTarget();
        return target.AddTo(
            new Verb(
                "getBrokerConfig",
                "Show the configuration of brokers.",
                call => GetAsync(call, target),
                "-b 10.0.0.1:10911",
                "-c DefaultCluster --output json"
            )
        );
    }

    public static Verb CreateUpdate()
    {
        var target = new BrokerTarget();
        var key = VerbOptions.Required("--key -k", "The key, as in the configuration file.");
        var value = VerbOptions.Required("--value -v", "Its new value.");
        var slaves = VerbOptions.Switch("--updateAllBroker -a", "With -c: slaves too.");
        return target.AddTo(
            new Verb(
                "updateBrokerConfig",
                "Change a key of brokers while they run.",
                call => UpdateAsync(call, target, (call.Need(key), call.Need(value)), call.Get(slaves)),
                "-c DefaultCluster -k fileReservedTime -v 48",
                "-b 10.0.0.1:10911 -k autoCreateTopicEnable -v false"
            )
            {
                key,
                value,
                slaves,
            }
        );
    }

    /// <summary>The configuration of one broker.</summary>
    public static async Task<IReadOnlyList<KeyValuePair<string, string>>> OfAsync(VerbCall call, string address)
    {
        var answer = await call
            .Cluster.AskAsync(address, RequestCode.GetBrokerConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        return [.. PropertiesText.Parse(Encoding.UTF8.GetString(answer.Body.Span))];
    }

    static async Task GetAsync(VerbCall call, BrokerTarget target)
    {
        var brokers = await target.ResolveAsync(call, slaves: true).ConfigureAwait(false);
        call.Report.Table("keys", "broker", "key", "value");
        foreach (var broker in brokers)
        {
            foreach (var (key, value) in await OfAsync(call, broker.Address).ConfigureAwait(false))
                call.Report.Row(broker.Address, key, value);
        }
    }

    static async Task UpdateAsync(VerbCall call, BrokerTarget target, (string Key, string Value) entry, bool slaves)
    {
        var brokers = await target.ResolveAsync(call, slaves).ConfigureAwait(false);
        var text = new StringBuilder();
        PropertiesText.Append(text, entry.Key, entry.Value);
        byte[] body = Encoding.UTF8.GetBytes(text.ToString());
        call.Report.Table("changed", "broker", "key", "valueBefore", "value");
        foreach (var broker in brokers)
        {
            var before = await OfAsync(call, broker.Address).ConfigureAwait(false);
            if (!before.Any(one => one.Key == entry.Key))
                throw Unknown(broker.Address, entry.Key, before.Select(one => one.Key));
            await call
                .Cluster.AskAsync(broker.Address, RequestCode.UpdateBrokerConfig, null, body, call.Stopping)
                .ConfigureAwait(false);
            string? was = before.Last(one => one.Key == entry.Key).Value;
            call.Report.Row(broker.Address, entry.Key, was, entry.Value);
        }
    }

    /// <summary>Brokers accept a key that they do not know without a word, so a typing error would look done.</summary>
    static AdminFailedException Unknown(string address, string key, IEnumerable<string> known)
    {
        string? near = NearestName.Of(key, known);
        return new AdminFailedException(
            $"{address} has no key {key}{(near is null ? "" : $"; did you mean {near}?")}; `getBrokerConfig` lists all"
        );
    }
}
