using System.Text.Json.Nodes;

namespace Clients;

/// <summary>The limits of a body, asked for without a client that would refuse it first.</summary>
public sealed class BodySizeTests(BrokerUnderTest broker)
{
    const int Send = 310;
    const int MessageIllegal = 13;
    const int FourMebibytes = 4 * 1024 * 1024;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(FourMebibytes, 0)]
    [InlineData(FourMebibytes + 1, MessageIllegal)]
    [InlineData(0, MessageIllegal)]
    public async Task A_body_has_1_byte_to_4_MiB(int bytes, int code)
    {
        // The short names of the fields are the protocol's: b topic, e queue, and so on.
        var fields = new JsonObject
        {
            ["a"] = "producers",
            ["b"] = await broker.CreateTopicAsync("size"),
            ["c"] = "TBW102",
            ["d"] = "4",
            ["e"] = "0",
            ["f"] = "0",
            ["g"] = $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}",
            ["h"] = "0",
            ["i"] = "",
            ["j"] = "0",
            ["k"] = "false",
            ["m"] = "false",
        };
        var answer = await BrokerUnderTest.AskAsync(broker.Broker, Send, fields, new byte[bytes]);
        Assert.True(code == answer.Code, $"{answer.Code} {answer.Remark}");
        if (code != 0)
            Assert.NotEmpty(answer.Remark);
    }
}
