using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class ForbiddenTests : BrokerTest
{
    public override async ValueTask InitializeAsync()
    {
        Target = await TestBroker.StartAsync(Folder.Path);
        await Target.SendAsync("orders", "one");
        await Heartbeats.SendAsync(Target.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
    }

    [Fact]
    public async Task A_group_is_forbidden_to_read_a_topic_and_allowed_again()
    {
        Assert.Equal("{\"group\":\"readers\",\"readable\":true,\"topic\":\"orders\"}", await SetAsync());
        Assert.Equal("{\"group\":\"readers\",\"readable\":false,\"topic\":\"orders\"}", await SetAsync(false));
        var refused = await PullAsync();
        Assert.Equal(
            (ResponseCode.NoPermission, "the consumer group[readers] is forbidden for topic[orders]", "5"),
            (refused.Code, refused.Remark, refused.Fields["forbiddenType"])
        );
        await SetAsync(true);
        Assert.Equal(ResponseCode.Success, (await PullAsync()).Code);
    }

    [Fact]
    public async Task What_is_forbidden_outlasts_a_restart_and_ends_with_the_topic()
    {
        await SetAsync(false);
        await Target.StopAsync();
        Target = await TestBroker.StartAsync(Folder.Path);
        Assert.Contains("\"readable\":false", await SetAsync(), StringComparison.Ordinal);
        await Target.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        Assert.Contains("\"readable\":true", await SetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_forbidden_ends_with_the_group()
    {
        await SetAsync(false);
        await Target.CallAsync(RequestCode.DeleteSubscriptionGroup, ("groupName", "readers"));
        Assert.Contains("\"readable\":true", await SetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_groups_subscription_is_told_while_it_is_online()
    {
        var wanted = await SubscriptionAsync("readers");
        Assert.Contains("\"subString\":\"*\"", wanted, StringComparison.Ordinal);
        Assert.StartsWith("{\"group\":\"readers\",\"subscriptionData\":{", wanted, StringComparison.Ordinal);
        Assert.Equal("{\"group\":\"nobody\",\"topic\":\"orders\"}", await SubscriptionAsync("nobody"));
    }

    [Theory]
    [InlineData(RequestCode.UpdateAndGetGroupForbidden)]
    [InlineData(RequestCode.QuerySubscriptionByConsumer)]
    public async Task Both_names_are_needed(RequestCode code)
    {
        var answer = await Target.CallAsync(code, ("group", "readers"));
        Assert.Equal((ResponseCode.SystemError, "the custom field <topic> is null"), (answer.Code, answer.Remark));
    }

    async Task<string> SetAsync(bool? readable = null) =>
        Text(
            await Target.CallAsync(
                RequestCode.UpdateAndGetGroupForbidden,
                [
                    ("group", "readers"),
                    ("topic", "orders"),
                    .. readable is { } value ? [("readable", value)] : Array.Empty<(string, object)>(),
                ]
            )
        );

    async Task<string> SubscriptionAsync(string group) =>
        Text(await Target.CallAsync(RequestCode.QuerySubscriptionByConsumer, ("group", group), ("topic", "orders")));

    Task<RemotingResponse> PullAsync() => Target.PullAsync("orders", other: [("sysFlag", 0)]);

    static string Text(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
