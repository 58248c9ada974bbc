using System.Collections.Concurrent;
using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Groups;
using Broker.Core.Persistence;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Retry;

/// <summary>
/// How often the messages of a group are retried, by whose number <c>retryMaxTimesFrom</c> says. For LAST_MEMBER it
/// remembers what the member said that was started last: a new member is asked (307) when it was started and for its
/// number, and one that does not say so counts from when it joined, with the number that it sends messages back with.
/// Kept in <c>config/retryMaxTimes.json</c>, a file of our own:
/// <c>{"dataVersion":{...},"groups":{group:{"maxTimes":3,"startedAt":ms}}}</c>.
/// </summary>
public sealed class RetryLimits
{
    /// <summary>A client answers from memory. One that cannot answer keeps nobody waiting but its question.</summary>
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    readonly BrokerOptions _options;
    readonly SubscriptionGroups _groups;
    readonly ConsumerGroups _consumers;
    readonly TimeProvider _time;
    readonly StateFile _file;

    /// <summary>By group; only of groups that exist, so there are no more than of those.</summary>
    readonly ConcurrentDictionary<string, Told> _told = new(StringComparer.Ordinal);
    int _asking;

    /// <summary>Reads what was said before the start.</summary>
    /// <exception cref="ConfigException">retryMaxTimes.json and its backup are damaged.</exception>
    public RetryLimits(
        BrokerOptions options,
        ConfigFolder files,
        SubscriptionGroups groups,
        ConsumerGroups consumers,
        TimeProvider time
    )
    {
        _options = options;
        _groups = groups;
        _consumers = consumers;
        _time = time;
        _file = new StateFile(files, "retryMaxTimes.json", time, ": members say their numbers again.");
        _file.Load(Problem, Adopt);
    }

    /// <summary>Members that have not answered yet: each is asked once.</summary>
    internal int Asking => Volatile.Read(ref _asking);

    /// <summary>Retries before the dead letters.</summary>
    /// <param name="group">The group.</param>
    /// <param name="sender">Who sends the message back.</param>
    /// <param name="asked">The sender's number, negative when it says none.</param>
    internal int Of(SubscriptionGroup group, Connection sender, int asked)
    {
        if (_options.RetryMaxTimesFrom == RetrySource.Group)
            return group.Config.RetryMaxTimes;
        if (_options.RetryMaxTimesFrom == RetrySource.LastMember)
        {
            if (
                asked >= 0
                && _consumers.TryGet(group.NameUtf8, out var members)
                && members.StartOfSilent(sender) is { } startedMs
            )
                Tell(group.Name, new Told(asked, startedMs));
            if (_told.TryGetValue(group.Name, out var told))
                return told.MaxTimes;
        }
        return asked >= 0 ? asked : group.Config.RetryMaxTimes;
    }

    /// <summary>A member has joined: it is asked once, and nobody waits for the answer.</summary>
    internal void Joined(ConsumerGroup group, GroupClient client)
    {
        if (_options.RetryMaxTimesFrom != RetrySource.LastMember || client.Version < ClientVersion.RunningInfo)
            return;
        // Until it has answered, what it sends back says nothing: an old member that comes again would be the newest.
        group.NoteStart(client.Connection, saysRetries: true);
        Interlocked.Increment(ref _asking);
        _ = AskAsync(group, client);
    }

    /// <summary>A group was deleted: the next one of its name begins anew.</summary>
    internal void Remove(string group)
    {
        if (_told.TryRemove(group, out _))
            _file.Touch();
    }

    /// <summary>Writes the file if anything changed.</summary>
    internal void Persist() => _file.Persist(ToJson);

    async Task AskAsync(ConsumerGroup group, GroupClient client)
    {
        try
        {
            Answered(group, client, await PropertiesAsync(group, client));
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    void Answered(ConsumerGroup group, GroupClient client, FastJson? properties)
    {
        var number = properties?["maxReconsumeTimes"];
        var isSaid = number?.AsText() is not null;
        // A clock that is ahead must not keep those out that are started later.
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long? startedMs = properties?["PROP_CONSUMER_START_TIMESTAMP"].AsLong() is > 0 and var said
            ? Math.Min(said, now)
            : null;
        group.NoteStart(client.Connection, isSaid, startedMs);
        // Java's clients say -1 for a number that nobody set.
        if (isSaid && number!.AsInt() >= 0)
            Tell(group.Name, new Told(number.AsInt(), startedMs ?? now));
    }

    /// <summary>Null when the client does not say them: it counts from when it joined.</summary>
    static async Task<FastJson?> PropertiesAsync(ConsumerGroup group, GroupClient client)
    {
        try
        {
            var answer = await client.Connection.InvokeAsync(
                RequestCode.GetConsumerRunningInfo,
                new FieldList
                {
                    { "consumerGroup", group.Name },
                    { "clientId", client.ClientId },
                    { "jstackEnable", false },
                },
                default,
                AnswerTimeout
            );
            return answer.Code == ResponseCode.Success && FastJson.TryParse(answer.Body.Span, out var json, out _)
                ? json["properties"]
                : null;
        }
        catch (Exception silent) when (silent is TimeoutException or IOException)
        {
            return null;
        }
    }

    void Tell(string group, Told told)
    {
        if (!_groups.TryGet(Encoding.UTF8.GetBytes(group), out _))
            return;
        var isNews = false;
        _told.AddOrUpdate(
            group,
            _ =>
            {
                isNews = true;
                return told;
            },
            (_, known) =>
            {
                isNews = told.StartedMs > known.StartedMs;
                return isNews ? told : known;
            }
        );
        if (isNews)
            _file.Touch();
    }

    byte[] ToJson(DataVersion version)
    {
        var json = new FastJsonWriter(FastJsonStyle.Pretty);
        version.Write(json.BeginObject().Name("dataVersion"));
        json.Name("groups").BeginObject();
        foreach (var (group, told) in _told)
            json.Name(group)
                .BeginObject()
                .Name("maxTimes")
                .Value(told.MaxTimes)
                .Name("startedAt")
                .Value(told.StartedMs)
                .EndObject();
        return json.EndObject().EndObject().ToArray();
    }

    static string? Problem(FastJson json) => StateShape.TableProblem(json, "groups", StateShape.IsObject);

    void Adopt(FastJson json)
    {
        foreach (var (group, told) in json["groups"].Members)
        {
            if (group.AsText() is { } name && told["maxTimes"].AsInt() is >= 0 and var maxTimes)
                _told[name] = new Told(maxTimes, told["startedAt"].AsLong());
        }
    }

    /// <summary>What a member said, and when it was started, ms since 1970 by its clock.</summary>
    sealed record Told(int MaxTimes, long StartedMs);
}
