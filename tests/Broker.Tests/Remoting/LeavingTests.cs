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
}
