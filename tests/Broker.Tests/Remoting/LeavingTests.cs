using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Remoting;

public sealed class LeavingTests
{
    [Theory]
    [InlineData(479, ResponseCode.GoAway, "please go away")]
    [InlineData(475, ResponseCode.Success, "")]
    public async Task A_server_that_leaves_sends_those_away_who_understand_it(
        int version,
        ResponseCode code,
        string remark
    )
    {
        await using var server = new TestServer(table: new ProcessorTable { IsLeaving = true });
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Echo, version: version));
        var answer = await client.ReceiveAsync();
        Assert.Equal((code, remark), ((ResponseCode)answer.Header.Code, Encoding.UTF8.GetString(answer.Header.Remark)));
    }

    [Fact]
    public async Task A_request_is_under_way_until_its_answer_was_sent()
    {
        await using var server = new TestServer();
        using var client = await server.ConnectAsync();
        await client.SendAsync(RawClient.Frame(SerializeType.Json, TestServer.Holds, opaque: 3));
        await server.UntilHeldAsync(1);
        var drained = server.Server.Connections.Single().DrainedAsync();
        using (server.Server.Gather())
        {
            server.Held[0].Reply(ResponseCode.Success);
            // Were the answer counted as given before it was queued, a stop would hang up now.
            Assert.False(drained.IsCompleted);
        }
        Assert.Equal(3, (await client.ReceiveAsync()).Header.Opaque);
        await drained;
    }
}
