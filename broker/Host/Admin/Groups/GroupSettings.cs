using System.CommandLine;
using System.Text;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary>The options of <c>updateSubGroup</c> that say what is to change.</summary>
sealed class GroupSettings
{
    readonly Option<bool?> consume = VerbOptions.Choice("--consumeEnable -s", "Whether members get messages.");
    readonly Option<bool?> fromMin = VerbOptions.Choice(
        "--consumeFromMinEnable -m",
        "Whether reading may begin at the first message."
    );
    readonly Option<bool?> broadcast = VerbOptions.Choice(
        "--consumeBroadcastEnable -d",
        "Whether members may broadcast."
    );
    readonly Option<bool?> orderly = VerbOptions.Choice("--consumeMessageOrderly -o", "Whether POP delivers in order.");
    readonly Option<bool?> notify = VerbOptions.Choice(
        "--notifyConsumerIdsChanged -a",
        "Whether members hear of each other."
    );
    readonly Option<long?> retryQueues = VerbOptions.OptionalNumber(
        "--retryQueueNums -q",
        "Queues of the retry topic.",
        0,
        65535
    );
    readonly Option<long?> retryMax = VerbOptions.OptionalNumber(
        "--retryMaxTimes -r",
        "Deliveries before the dead letters.",
        -1,
        1_000_000
    );
    readonly Option<long?> brokerId = VerbOptions.OptionalNumber(
        "--brokerId -i",
        "The broker id that is read from.",
        0,
        int.MaxValue
    );
    readonly Option<long?> slowBrokerId = VerbOptions.OptionalNumber(
        "--whichBrokerWhenConsumeSlowly -w",
        "The id that slow members read from.",
        0,
        int.MaxValue
    );
    readonly Option<string?> retryPolicy = VerbOptions.Text(
        "--groupRetryPolicy -p",
        "Waits between deliveries of gRPC consumers, as JSON; others wait by messageDelayLevel."
    );
    readonly Option<string?> attributes = VerbOptions.Text(
        "--attributes",
        "Such as +a=b, separated by commas; -a removes."
    );

    /// <summary>Adds all of them.</summary>
    public void AddTo(Verb verb)
    {
        foreach (var option in All)
            verb.Add(option);
        verb.Validators.Add(given =>
        {
            if (
                given.GetValue(retryPolicy) is { } json
                && !FastJson.TryParse(Encoding.UTF8.GetBytes(json), out _, out string? problem)
            )
                given.AddError($"--groupRetryPolicy is not JSON: {problem}.");
        });
    }

    /// <summary>A configuration with what was given changed.</summary>
    public SubscriptionGroupConfig Apply(VerbCall call, SubscriptionGroupConfig config) =>
        config with
        {
            ConsumeEnable = call.Get(consume) ?? config.ConsumeEnable,
            ConsumeFromMinEnable = call.Get(fromMin) ?? config.ConsumeFromMinEnable,
            ConsumeBroadcastEnable = call.Get(broadcast) ?? config.ConsumeBroadcastEnable,
            ConsumeMessageOrderly = call.Get(orderly) ?? config.ConsumeMessageOrderly,
            NotifyConsumerIdsChangedEnable = call.Get(notify) ?? config.NotifyConsumerIdsChangedEnable,
            RetryQueueNums = (int)(call.Get(retryQueues) ?? config.RetryQueueNums),
            RetryMaxTimes = (int)(call.Get(retryMax) ?? config.RetryMaxTimes),
            BrokerId = call.Get(brokerId) ?? config.BrokerId,
            WhichBrokerWhenConsumeSlowly = call.Get(slowBrokerId) ?? config.WhichBrokerWhenConsumeSlowly,
            GroupRetryPolicy = call.Get(retryPolicy) is { } json
                ? FastJson.Parse(Encoding.UTF8.GetBytes(json))
                : config.GroupRetryPolicy,
            Attributes = call.Get(attributes) is { } changes ? Changes(changes) : null,
        };

    IEnumerable<Option> All =>
        [
            consume,
            fromMin,
            broadcast,
            orderly,
            notify,
            retryQueues,
            retryMax,
            brokerId,
            slowBrokerId,
            retryPolicy,
            attributes,
        ];

    /// <summary>What a broker wants: names with their sign, and values.</summary>
    static Dictionary<string, string> Changes(string text)
    {
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (
            string change in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        )
        {
            string[] parts = change.Split('=', 2);
            changes[parts[0]] = parts.Length > 1 ? parts[1] : "";
        }
        return changes;
    }
}
