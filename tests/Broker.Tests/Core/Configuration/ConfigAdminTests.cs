using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;
using static Broker.Tests.Core.TestBroker;

namespace Broker.Tests.Core.Configuration;

public sealed class ConfigAdminTests : BrokerTest
{
    [Fact]
    public async Task Every_key_is_listed_with_its_value()
    {
        var answer = await Target.CallAsync(RequestCode.GetBrokerConfig);
        Assert.Contains("\"counter\"", answer.Fields["version"]);
        var values = PropertiesText.Parse(Encoding.UTF8.GetString(answer.Body.Span)).ToDictionary();
        Assert.Equal(ConfigKeys.All.Count, values.Count);
        Assert.Equal("broker-a", values["brokerName"]);
    }

    [Fact]
    public async Task A_limit_that_changes_live_holds_for_the_next_send()
    {
        Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", new byte[2000])).Code);
        Assert.Equal(ResponseCode.Success, (await UpdateAsync("maxMessageSize=1000\n")).Code);
        Assert.Equal(ResponseCode.MessageIllegal, (await Target.SendAsync("orders", new byte[2000])).Code);
        Assert.Equal(ResponseCode.Success, (await UpdateAsync("maxMessageSize=5000000\n")).Code);
        Assert.Equal(ResponseCode.Success, (await Target.SendAsync("orders", new byte[4_500_000])).Code);
    }

    [Theory]
    [InlineData("listenPort=1", ResponseCode.InvalidParameter, "listenPort does not change while the broker runs")]
    [InlineData("maxMessageSize=abc", ResponseCode.InvalidParameter, "maxMessageSize must be a whole number")]
    [InlineData("maxMesageSize=1", ResponseCode.InvalidParameter, "Did you mean maxMessageSize?")]
    [InlineData("brokerConfigPath=/etc", ResponseCode.NoPermission, "Can not update config in black list.")]
    public async Task A_change_that_cannot_be_is_refused(string text, ResponseCode code, string remark)
    {
        var answer = await UpdateAsync(text);
        Assert.Equal(code, answer.Code);
        Assert.Contains(remark, answer.Remark);
    }

    [Fact]
    public async Task Routes_follow_what_the_broker_permits()
    {
        await Target.SendAsync("orders", "x");
        foreach (var permission in (int[])[4, 0, 6])
        {
            await Target.ConfigureAsync($"brokerPermission={permission}");
            await UntilAsync(() => RoutePermission() == permission);
        }
        // Another change of the table carries no older permission.
        await Target.ConfigureAsync("brokerPermission=2");
        await Target.SendAsync("more", "x");
        await UntilAsync(() => Target.Running.NameServer!.Routes.Find("more") is not null);
        Assert.Equal(2, RoutePermission());
    }

    int? RoutePermission() => Target.Running.NameServer!.Routes.Find("orders")?.Queues[0].Value.Permission;

    Task<RemotingResponse> UpdateAsync(string text) =>
        Target.Client.InvokeAsync(RequestCode.UpdateBrokerConfig, null, Encoding.UTF8.GetBytes(text), Patience);
}
