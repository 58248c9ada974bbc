using System.Text;
using Broker.Core;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Pop;

/// <summary>A broker whose clock stands still, and the requests of a POP consumer.</summary>
sealed class PopBroker : IAsyncDisposable
{
    public const string Topic = "orders";
    public const string Group = "poppers";

    /// <summary>Where what the group does not acknowledge waits.</summary>
    public const string RetryTopic = $"%RETRY%{Group}+{Topic}";

    /// <summary>The same with <c>enableRetryTopicV2</c> false.</summary>
    public const string OlderRetryTopic = $"%RETRY%{Group}_{Topic}";

    readonly TestFolder _folder = new();
    (string, string)[] _settings = [];

    public SteppedTime Time { get; } = new();

    public TestBroker Broker { get; private set; } = null!;

    public BrokerNode Node => Broker.Node;

    public RemotingClient Client => Broker.Client;

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts with a topic of one queue.</summary>
    public static async Task<PopBroker> StartAsync(params (string, string)[] settings)
    {
        // Every draw finds retries first or last; both lead to the same messages, so tests need no seed.
        var broker = new PopBroker { _settings = settings };
        broker.Time.Advance(TimeSpan.FromHours(1));
        broker.Broker = await TestBroker.StartAsync(broker._folder.Path, broker.Time, settings);
        await broker.CreateTopicAsync(Topic, queues: 1);
        return broker;
    }

    /// <summary>Stops in order and starts again.</summary>
    public async Task RestartAsync()
    {
        await Broker.StopAsync();
        await Broker.DisposeAsync();
        Broker = await TestBroker.StartAsync(_folder.Path, Time, _settings);
    }

    /// <summary>
    /// What a kill leaves: a broker over a copy of the files as they are now. Everything that was answered is in them.
    /// </summary>
    public async Task<PopBroker> KilledCopyAsync()
    {
        var copy = new PopBroker { _settings = _settings };
        copy.Time.Advance(Time.GetElapsedTime(0));
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            // The one is renamed any moment, the other belongs to the living.
            if (file.EndsWith(".tmp", StringComparison.Ordinal) || Path.GetFileName(file) == "lock")
                continue;
            var target = Path.Combine(copy._folder.Path, Path.GetRelativePath(_folder.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await using var to = File.Create(target);
            await from.CopyToAsync(to);
        }
        copy.Broker = await TestBroker.StartAsync(copy._folder.Path, copy.Time, _settings);
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        _folder.Dispose();
    }

    public async Task CreateTopicAsync(string name, int queues, int perm = 6) =>
        (
            await Broker.CallAsync(
                RequestCode.UpdateAndCreateTopic,
                ("topic", name),
                ("defaultTopic", "TBW102"),
                ("readQueueNums", queues),
                ("writeQueueNums", queues),
                ("perm", perm),
                ("topicFilterType", "SINGLE_TAG"),
                ("topicSysFlag", 0),
                ("order", "false")
            )
        ).EnsureSuccess();

    /// <summary>Sends texts to queue 0, or to another one.</summary>
    public async Task SendAsync(params string[] texts)
    {
        foreach (var text in texts)
            (await Broker.SendAsync(Topic, text)).EnsureSuccess();
    }

    public Task<RemotingResponse> PopAsync(params (string, object)[] other) =>
        Broker.CallAsync(
            RequestCode.PopMessage,
            [
                ("consumerGroup", Group),
                ("topic", Topic),
                ("queueId", 0),
                ("maxMsgNums", 32),
                ("invisibleTime", 60_000),
                ("pollTime", 0),
                ("bornTime", Now),
                ("initMode", 0),
                .. other,
            ]
        );

    /// <summary>Pops, and expects texts.</summary>
    public async Task<RemotingResponse> TakeAsync(string[] expected, params (string, object)[] other)
    {
        var answer = await PopAsync(other);
        Assert.Equal(expected, Messages(answer).Select(message => message.Text));
        return answer;
    }

    public Task<RemotingResponse> AckAsync(RemotingResponse popped, long offset, params (string, object)[] other) =>
        Broker.CallAsync(
            RequestCode.AckMessage,
            [
                ("consumerGroup", Group),
                ("topic", Topic),
                ("queueId", 0),
                ("extraInfo", HandleOf(popped, offset)),
                ("offset", offset),
                .. other,
            ]
        );

    public Task<RemotingResponse> ChangeAsync(RemotingResponse popped, long offset, long invisibleMs) =>
        Broker.CallAsync(
            RequestCode.ChangeMessageInvisibleTime,
            ("consumerGroup", Group),
            ("topic", Topic),
            ("queueId", 0),
            ("extraInfo", HandleOf(popped, offset)),
            ("offset", offset),
            ("invisibleTime", invisibleMs)
        );

    /// <summary>The handle that a client makes of an answer.</summary>
    public static string HandleOf(RemotingResponse popped, long offset)
    {
        var place = popped.Text("startOffsetInfo").Split(' ');
        return $"{place[2]} {popped.Text("popTime")} {popped.Text("invisibleTime")} {popped.Text("reviveQid")} "
            + $"{place[0]} broker-a {place[1]} {offset}";
    }

    /// <summary>The committed offset of queue 0.</summary>
    public long Committed(string topic = Topic) =>
        Node.Offsets.Query(Encoding.UTF8.GetBytes(Group), Encoding.UTF8.GetBytes(topic), 0);

    /// <summary>The offsets file as it is, without white space.</summary>
    public string OffsetsOnDisk =>
        string.Concat(
            File.ReadAllText(Path.Combine(_folder.Path, "store", "config", "consumerOffset.json"))
                .Where(letter => !char.IsWhiteSpace(letter))
        );

    /// <summary>
    /// Lets time pass until a condition holds; what the broker does then it does on threads of its own.
    /// </summary>
    public async Task PassAsync(TimeSpan by, Func<bool>? until = null)
    {
        Time.Advance(by);
        using var limit = new CancellationTokenSource(Patience);
        while (until is not null && !until())
        {
            await Task.Delay(1, limit.Token);
            Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Lets time pass until this many messages are in the retry topic.</summary>
    public Task PassUntilRetriedAsync(TimeSpan by, int messages, string retryTopic = RetryTopic) =>
        PassAsync(
            by,
            () => Node.Topics.TryGet(retryTopic, out var topic) && topic.Log.Queue(0).MaxOffset.Value >= messages
        );
}
