using Broker.Protocol;
using Broker.Tests.Store;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Persistence;

public sealed class OrderlyStopTests
{
    [Fact]
    public async Task A_state_file_that_cannot_be_written_keeps_neither_the_others_nor_the_store_from_their_end()
    {
        var files = new ForgetfulFileSystem();
        var broker = await TestBroker.StartAsync("/stopped", TimeProvider.System, files);
        await broker.SendAsync("orders", "first");
        await CallAsync(
            RequestCode.HeartBeat,
            [],
            """
            {"clientID":"c","producerDataSet":[],"consumerDataSet":[{"groupName":"g","consumeType":"CONSUME_PASSIVELY",
            "messageModel":"CLUSTERING","consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,
            "subscriptionDataSet":[{"topic":"orders","subString":"price > 3","tagsSet":[],"codeSet":[],"subVersion":1,
            "expressionType":"SQL92","classFilterMode":false}]}]}
            """
        );
        await CallAsync(
            RequestCode.UpdateConsumerOffset,
            [("consumerGroup", "g"), ("topic", "orders"), ("queueId", 0), ("commitOffset", 1)],
            ""
        );
        var written = new List<string>();
        files.BeforeWrite = path =>
        {
            if (path.Contains("consumerOffset.json", StringComparison.Ordinal))
                throw new IOException("No space left on device", 28);
            written.Add(path);
        };

        await Assert.ThrowsAsync<IOException>(() => broker.Running.StopAsync(Patience));

        Assert.Contains(written, path => path.Contains("consumerFilter.json", StringComparison.Ordinal));
        files.BeforeWrite = _ => { };
        await broker.DisposeAsync();
        await using var again = await TestBroker.StartAsync("/stopped", TimeProvider.System, files);
        Assert.True(again.Node.Store.WasClean);
        Assert.Equal(ResponseCode.Success, (await again.PullAsync("orders")).Code);

        async Task CallAsync(RequestCode code, (string, object)[] fields, string body)
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(body);
            var answer = await broker.Client.InvokeAsync(code, Fields(fields), bytes, Patience);
            Assert.Equal(ResponseCode.Success, answer.Code);
        }
    }
}
