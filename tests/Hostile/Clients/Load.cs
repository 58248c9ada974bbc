using System.Collections.Concurrent;
using Broker.Protocol;

namespace Hostile.Clients;

/// <summary>
/// Producers that number what they send and keep what was acknowledged: four of normal messages, one a queue, and one
/// each of delayed, timed and transactional ones. They connect again after every failure, and send nothing twice.
/// </summary>
sealed class Load(Scene scene) : IAsyncDisposable
{
    public const string Normal = "normal";
    public const string Delayed = "delayed";
    public const string Timed = "timed";
    public const string Transactions = "transactions";
    public const int NormalQueues = 4;

    readonly ConcurrentDictionary<string, long> acknowledged = new();
    readonly ConcurrentDictionary<ResponseCode, int> refusals = new();
    readonly Dictionary<string, int> numbers = [];
    readonly List<Task> producers = [];
    CancellationTokenSource end = new();
    int failures;

    /// <summary>Bytes of a normal message's body.</summary>
    public int BodyBytes { get; init; } = 300;

    /// <summary>Of delayed, timed and transactional messages; normal ones are sent as fast as they are
    /// answered.</summary>
    public TimeSpan SlowPace { get; init; } = TimeSpan.FromMilliseconds(5);

    public TimeSpan NormalPace { get; init; } = TimeSpan.Zero;

    public bool OnlyNormal { get; init; }

    public int Port { get; init; } = Client.BrokerPort;

    /// <summary>How long a producer waits for an answer before it gives the connection up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Body -> queue offset, -1 where the answer had none that counts.</summary>
    public IReadOnlyDictionary<string, long> Acknowledged => acknowledged;

    public IReadOnlyDictionary<ResponseCode, int> Refusals => refusals;

    /// <summary>Sends that ended without an answer.</summary>
    public int Failures => failures;

    public static IEnumerable<string> Topics => [Normal, Delayed, Timed, Transactions];

    public static async Task CreateTopicsAsync(Client client)
    {
        await client.CreateTopicAsync(Normal, NormalQueues);
        foreach (var topic in Topics.Skip(1))
            await client.CreateTopicAsync(topic);
        foreach (var group in new[] { "readers", "poppers" })
            await client.CreateGroupAsync(group);
    }

    public void Start()
    {
        end = new CancellationTokenSource();
        for (var queue = 0; queue < NormalQueues; queue++)
        {
            int own = queue;
            Produce(Normal, own, NormalPace, (client, body) => client.SendAsync(Normal, own, body));
        }
        if (OnlyNormal)
            return;
        Produce(Delayed, 0, SlowPace, (client, body) => client.SendAsync(Delayed, 0, body, ("DELAY", "1")));
        Produce(Timed, 0, SlowPace, (client, body) => client.SendAsync(Timed, 0, body, ("TIMER_DELAY_MS", "1500")));
        producers.Add(RunAsync(Transactions, 0, SlowPace, TransactAsync));
    }

    /// <summary>Lets what is under way end.</summary>
    public async Task StopAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(producers);
        producers.Clear();
    }

    /// <summary>Starts, waits until so many more are acknowledged, and stops.</summary>
    public async Task GainAfterStartAsync(int messages)
    {
        Start();
        await GainAsync(messages);
        await StopAsync();
    }

    /// <summary>Waits until so many more are acknowledged.</summary>
    public Task GainAsync(int messages, TimeSpan? patience = null)
    {
        int goal = acknowledged.Count + messages;
        return scene.UntilAsync(() => acknowledged.Count >= goal, patience, $"{messages} more acknowledged messages");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        end.Dispose();
    }

    void Produce(
        string topic,
        int queue,
        TimeSpan pace,
        Func<Client, string, Task<Broker.Remoting.RemotingResponse>> send
    ) =>
        producers.Add(
            RunAsync(
                topic,
                queue,
                pace,
                async (client, body) =>
                {
                    var answer = await send(client, body);
                    if (answer.Code != ResponseCode.Success)
                        return Refuse(answer.Code);
                    acknowledged[body.TrimEnd()] = topic == Normal ? answer.Long("queueOffset", -1) : -1;
                    return true;
                }
            )
        );

    async Task<bool> TransactAsync(Client client, string body)
    {
        if (!await client.TransactAsync(Transactions, body))
            return Refuse(ResponseCode.SystemError);
        acknowledged[body] = -1;
        return true;
    }

    bool Refuse(ResponseCode code)
    {
        refusals.AddOrUpdate(code, 1, (_, count) => count + 1);
        return false;
    }

    async Task RunAsync(string topic, int queue, TimeSpan pace, Func<Client, string, Task<bool>> send)
    {
        await Task.Yield();
        Client? client = null;
        string key = $"{topic}-{queue}";
        while (!end.IsCancellationRequested && !scene.Ended.IsCancellationRequested)
        {
            try
            {
                client ??= await Client.OpenAsync(Port, scene.Ended);
                client.Patience = Patience;
                var body = $"{key}-{Next(key)}";
                bool taken = await send(client, topic == Normal ? body.PadRight(BodyBytes) : body);
                await Task.Delay(taken ? pace : TimeSpan.FromMilliseconds(50));
            }
            catch (Exception failure) when (failure is IOException or TimeoutException or OperationCanceledException)
            {
                Interlocked.Increment(ref failures);
                await CloseAsync(client);
                client = null;
                await Task.Delay(50);
            }
        }
        await CloseAsync(client);
    }

    int Next(string key)
    {
        lock (numbers)
            return numbers[key] = numbers.GetValueOrDefault(key, -1) + 1;
    }

    static async Task CloseAsync(Client? client)
    {
        if (client is not null)
            await client.DisposeAsync();
    }
}
