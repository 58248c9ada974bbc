using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host;

/// <summary>
/// Kills the real program under load, again and again over one folder. Set KILL_ROUNDS for more rounds, KILL_SEED
/// to repeat
/// a run.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    const int Queues = 4;
    const int SendersPerQueue = 2;

    [Theory]
    [InlineData("ASYNC_FLUSH")]
    [InlineData("SYNC_FLUSH")]
    public async Task What_was_acknowledged_before_a_kill_is_read_afterwards_in_order(string flush)
    {
        var rounds = Number("KILL_ROUNDS", 2);
        var seed = Number("KILL_SEED", Environment.TickCount);
        output.WriteLine($"KILL_SEED={seed} KILL_ROUNDS={rounds}");
        var random = new Random(seed);
        using var folder = new TestFolder();
        var ledger = new Ledger(Queues);
        for (var round = 0; round < rounds; round++)
        {
            await using var broker = await BrokerProcess.AllInOneAsync(folder.Path, "--set", $"flushDiskType={flush}");
            await CheckAsync(broker, ledger);
            var load = LoadAsync(broker, ledger, round, random.Next());
            await ledger.AcknowledgedAsync(ledger.Count + random.Next(200, 4000));
            await broker.KillAsync();
            await load;
            output.WriteLine($"round {round}: {ledger.Count} acknowledged");
        }
        await using var last = await BrokerProcess.AllInOneAsync(folder.Path);
        await CheckAsync(last, ledger);
        Assert.Equal(0, await last.TerminateAsync());
    }

    static async Task LoadAsync(BrokerProcess broker, Ledger ledger, int round, int seed)
    {
        var senders = Enumerable
            .Range(0, Queues * SendersPerQueue)
            .Select(i => SendAsync(broker.Broker, ledger, i % Queues, $"{round}-{i}", new Random(seed + i)));
        await Task.WhenAll(senders);
    }

    /// <summary>
    /// Sends with several under way at once until the connection breaks; notes what was acknowledged.
    /// </summary>
    static async Task SendAsync(string address, Ledger ledger, int queue, string name, Random random)
    {
        const int underWay = 8;
        try
        {
            await using var client = await RemotingClient.ConnectAsync(address);
            var pending = new Queue<(string Body, Task<RemotingResponse> Answer)>();
            for (var number = 0; ; number++)
            {
                var body = $"{name}-{number}-{new string('x', random.Next(0, 2000))}";
                pending.Enqueue(
                    (
                        body,
                        client.InvokeAsync(
                            RequestCode.SendMessage,
                            TestBroker.SendFields("orders", queue),
                            Encoding.ASCII.GetBytes(body),
                            TestBroker.Patience
                        )
                    )
                );
                if (pending.Count < underWay)
                    continue;
                var (sent, answer) = pending.Dequeue();
                var acknowledged = await answer;
                if (acknowledged.Code == ResponseCode.Success)
                    ledger.Acknowledged(queue, acknowledged.Long("queueOffset"), sent);
            }
        }
        catch (IOException)
        {
            // The kill.
        }
    }

    async Task CheckAsync(BrokerProcess broker, Ledger ledger)
    {
        await using var client = await RemotingClient.ConnectAsync(broker.Broker);
        for (var queue = 0; queue < Queues; queue++)
        {
            var read = await ReadAsync(client, queue);
            output.WriteLine($"queue {queue}: {read.Count} read");
            ledger.Compare(queue, read);
        }
    }

    /// <summary>The whole queue, by offset.</summary>
    static async Task<Dictionary<long, string>> ReadAsync(RemotingClient client, int queue)
    {
        var messages = new Dictionary<long, string>();
        for (long offset = 0; ; )
        {
            var answer = await client.InvokeAsync(
                RequestCode.PullMessage,
                TestBroker.PullFields("orders", offset, queue),
                default,
                TestBroker.Patience
            );
            if (answer.Code is ResponseCode.PullNotFound or ResponseCode.TopicNotExist)
                return messages;
            Assert.Equal(ResponseCode.Success, answer.Code);
            foreach (var message in PulledMessage.All(answer.Body))
            {
                Assert.Equal(offset++, message.QueueOffset);
                messages.Add(message.QueueOffset, message.Text);
            }
        }
    }

    static int Number(string variable, int absent) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : absent;
}
