using System.Text;
using Broker.Protocol;
using Broker.Remoting;
using Xunit;

namespace Broker.Tests.Core.Groups;

public sealed class ForbiddenTests : IAsyncLifetime
{
    readonly TestFolder _folder = new();
    TestBroker _broker = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync(_folder.Path);
        await _broker.SendAsync("orders", "one");
        await Heartbeats.SendAsync(_broker.Client, Heartbeats.Consumer("c1", "readers", Heartbeats.To("orders")));
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _folder.Dispose();
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
        await _broker.StopAsync();
        _broker = await TestBroker.StartAsync(_folder.Path);
        Assert.Contains("\"readable\":false", await SetAsync(), StringComparison.Ordinal);
        await _broker.CallAsync(RequestCode.DeleteTopicInBroker, ("topic", "orders"));
        Assert.Contains("\"readable\":true", await SetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_forbidden_ends_with_the_group()
    {
        await SetAsync(false);
        await _broker.CallAsync(RequestCode.DeleteSubscriptionGroup, ("groupName", "readers"));
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
        var answer = await _broker.CallAsync(code, ("group", "readers"));
        Assert.Equal((ResponseCode.SystemError, "the custom field <topic> is null"), (answer.Code, answer.Remark));
    }

    async Task<string> SetAsync(bool? readable = null) =>
        Text(
            await _broker.CallAsync(
                RequestCode.UpdateAndGetGroupForbidden,
                [
                    ("group", "readers"),
                    ("topic", "orders"),
                    .. readable is { } value ? [("readable", value)] : Array.Empty<(string, object)>(),
                ]
            )
        );

    async Task<string> SubscriptionAsync(string group) =>
        Text(await _broker.CallAsync(RequestCode.QuerySubscriptionByConsumer, ("group", group), ("topic", "orders")));

    Task<RemotingResponse> PullAsync() => _broker.PullAsync("orders", other: [("sysFlag", 0)]);

    static string Text(RemotingResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
