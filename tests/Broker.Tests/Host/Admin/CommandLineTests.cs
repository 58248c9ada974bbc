using System.CommandLine;
using Broker.Host.Admin;
using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>What every verb has in common: help, mistakes, name servers.</summary>
public sealed class CommandLineTests
{
    /// <summary>Nobody listens there: port 1 needs rights that tests do not have.</summary>
    const string Nobody = "127.0.0.1:1";

    public static TheoryData<string> Verbs => [.. AdminVerbs.Create(TimeProvider.System).Select(verb => verb.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_of_a_verb_ends_with_examples_that_parse(string name)
    {
        var result = await AdminCluster.RunAsync("admin", name, "--help");
        Assert.Equal(0, result.Exit);
        Assert.Empty(result.Error);
        Assert.Contains(
            $"rocketmq admin {name}",
            result.Output[result.Output.IndexOf("Examples:", StringComparison.Ordinal)..]
        );
        var verb = AdminVerbs.Create(TimeProvider.System).Single(verb => verb.Name == name);
        var root = new RootCommand { AdminCommand.Create() };
        foreach (string example in verb.Examples)
        {
            Assert.StartsWith($"rocketmq admin {name}", example);
            Assert.Empty(root.Parse(example["rocketmq ".Length..]).Errors);
        }
    }

    [Fact]
    public void Letters_and_names_of_options_are_unambiguous()
    {
        foreach (var verb in AdminVerbs.Create(TimeProvider.System))
        {
            var names = verb.Options.SelectMany(option => option.Aliases.Append(option.Name)).ToList();
            Assert.Equal(names.Distinct().Order(), names.Order());
        }
    }

    [Fact]
    public async Task An_unknown_verb_is_answered_with_the_nearest_one()
    {
        var result = await AdminCluster.RunAsync("admin", "topicLst", "-n", Nobody);
        result.IsWrong("admin: there is no verb topicLst. Did you mean topicList? `rocketmq admin --help` lists all.");
    }

    [Fact]
    public async Task A_verb_like_no_other_is_answered_without_a_guess()
    {
        var result = await AdminCluster.RunAsync("admin", "xyzzy");
        result.IsWrong("admin: there is no verb xyzzy. `rocketmq admin --help` lists all.");
    }

    [Fact]
    public async Task No_verb_at_all_is_a_mistake() =>
        (await AdminCluster.RunAsync("admin")).IsWrong("admin: say a verb; `rocketmq admin --help` lists them.");

    [Theory]
    [InlineData("topicRoute", "topicRoute: Option '--topic' is required.")]
    [InlineData("topicList --output xml", "topicList: --output takes table or json, not 'xml'.")]
    [InlineData("topicList --timeout soon", "topicList: --timeout takes a whole number, not 'soon'.")]
    [InlineData("topicList --timeout 0", "topicList: --timeout takes 1 to 600, not 0.")]
    [InlineData(
        "updateTopic -t a",
        "updateTopic: Say which brokers: -b host:port for one, or -c name for all masters of a cluster."
    )]
    [InlineData("updateTopic -c c -t a -r many", "updateTopic: --readQueueNums takes a whole number, not 'many'.")]
    [InlineData("updateTopicPerm -c c -t a -p 9", "updateTopicPerm: --perm takes 0 to 7, not 9.")]
    [InlineData(
        "updateOrderConf -t a -m put",
        "updateOrderConf: -m put needs -v, such as -v \"broker-a:4;broker-b:4\"."
    )]
    [InlineData(
        "updateSubGroup -c c -g g -p {",
        "updateSubGroup: --groupRetryPolicy is not JSON: unexpected end at byte 1."
    )]
    [InlineData(
        "resetOffsetByTime -g g -t a -s noon",
        "resetOffsetByTime: --timestamp takes now, ms since 1970 or a time like 2024-05-01#12:00:00:000, not 'noon'."
    )]
    [InlineData(
        "resetOffsetByTime -g g -t a -s 0 -o 3",
        "resetOffsetByTime: --offset needs --queue: an offset belongs to one queue."
    )]
    [InlineData(
        "queryMsgById -t a -i b -g c",
        "queryMsgById: --consumerGroup and --clientId go together: one member of one group consumes it."
    )]
    [InlineData("queryMsgByOffset -t a -b b -i x -o 0", "queryMsgByOffset: --queueId takes a whole number, not 'x'.")]
    [InlineData("queryMsgByOffset -t a -b b -i 0 -o -1", "queryMsgByOffset: --offset takes 0 or more, not -1.")]
    [InlineData(
        "consumeMessage -t a -i 1",
        "consumeMessage: --queueId needs --brokerName: each broker has a queue of that number."
    )]
    [InlineData(
        "sendMessage -t a -p x -i 1",
        "sendMessage: --qid needs --broker: each broker has a queue of that number."
    )]
    public async Task A_wrong_command_line_ends_with_2_and_says_what_is_wrong(string line, string sentence)
    {
        var result = await AdminCluster.RunAsync(["admin", .. line.Split(' ')]);
        result.IsWrong(sentence);
        Assert.Contains($"`rocketmq admin {line.Split(' ')[0]} --help` shows its options", result.Error);
    }

    [Fact]
    public async Task Without_a_name_server_nothing_is_printed_but_what_to_do()
    {
        var result = await AdminCluster.RunAsync("admin", "topicList", "-n", Nobody);
        result.IsRefused("topicList: no name server answers", Nobody, "-n host:port", "NAMESRV_ADDR");
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_name_server_that_is_no_address_is_said_so() =>
        (await AdminCluster.RunAsync("admin", "getNamesrvConfig", "-n", "nowhere")).IsRefused(
            "'nowhere' is not host:port"
        );

    [Fact]
    public async Task An_empty_list_of_name_servers_is_said_so() =>
        (await AdminCluster.RunAsync("admin", "getNamesrvConfig", "-n", ";")).IsRefused("no name server is given");
}
