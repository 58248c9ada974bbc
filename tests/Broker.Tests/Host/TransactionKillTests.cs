using Broker.Protocol;
using Broker.Remoting;
using Broker.Tests.Core;
using Broker.Tests.Core.Transactions;
using Xunit;

namespace Broker.Tests.Host;

/// <summary>Kills the real program between the halves of transactions.</summary>
public sealed class TransactionKillTests
{
    const int Transactions = 30;

    [Fact]
    public async Task After_a_kill_undecided_transactions_are_asked_about_and_decided_ones_are_not()
    {
        using var folder = new TestFolder();
        await using (var broker = await BrokerProcess.AllInOneAsync(folder.Path))
        {
            await using var producer = await Producer.StartAsync(broker.Broker);
            for (var i = 0; i < Transactions; i++)
            {
                var half = await producer.PrepareAsync($"{i}");
                if (i % 3 == 0)
                    await producer.CommitAsync(half);
                else if (i % 3 == 1)
                    await producer.RollBackAsync(half);
            }
            await broker.KillAsync();
        }
        await using var again = await BrokerProcess.AllInOneAsync(
            folder.Path,
            "--set",
            "transactionCheckInterval=50",
            "--set",
            "transactionTimeOut=1"
        );
        await using var other = await Producer.StartAsync(again.Broker, id: "other");
        var asked = new HashSet<string>();
        while (asked.Count < Transactions / 3)
        {
            var question = await other.QuestionAsync();
            asked.Add(question.Message.Text);
            await other.CommitAsync(question.Half, ("fromTransactionCheck", "true"));
        }
        Assert.All(asked, body => Assert.Equal(2, int.Parse(body) % 3));
        await using var client = await RemotingClient.ConnectAsync(again.Broker);
        var pulled = await client.InvokeAsync(
            RequestCode.PullMessage,
            TestBroker.PullFields("orders", 0, 1),
            default,
            TestBroker.Patience
        );
        var delivered = TestBroker.Messages(pulled).Select(message => int.Parse(message.Text)).Order();
        Assert.Equal(Enumerable.Range(0, Transactions).Where(i => i % 3 != 1), delivered);
    }
}
