using System.CommandLine;
using System.Text.Json;
using Broker.Host.Commands;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Headers;
using Broker.Remoting;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>
/// An all-in-one node in this process, and <c>rocketmq admin</c> against it as it is called from a shell: arguments in,
/// text and exit status out.
/// </summary>
public sealed class AdminCluster : IAsyncLifetime
{
    readonly TestFolder folder = new();
    TestBroker? broker;

    internal TestBroker Broker => broker!;

    public string BrokerAddress => Broker.Address;

    public string NameServer => Broker.Running.NameServerAddress!.ToString();

    public string Folder => folder.Path;

    public async ValueTask InitializeAsync()
    {
        broker = await TestBroker.StartAsync(folder.Path, ("maxMessageSize", "100000"));
        await Eventually.TrueAsync(async () => (await AdminAsync("clusterList")).Exit == 0);
    }

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Runs one verb; the name server is added.</summary>
    public Task<AdminResult> AdminAsync(params string[] arguments) =>
        RunAsync(["admin", .. arguments, "-n", NameServer, "--timeout", "20"]);

    /// <summary>Runs a whole command line.</summary>
    public static async Task<AdminResult> RunAsync(params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        int exit = await ProgramCommand.RunAsync(
            arguments,
            new InvocationConfiguration { Output = output, Error = error }
        );
        return new AdminResult(exit, output.ToString(), error.ToString());
    }

    /// <summary>Runs a verb that must succeed, and reads its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await AdminAsync([.. arguments, "--output", "json"]);
        Assert.True(result.Exit == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    /// <summary>Creates a topic through the verb for it and waits until the name server leads to it.</summary>
    public async Task TopicAsync(string topic, int queues = 2)
    {
        var made = await AdminAsync(
            "updateTopic",
            "-c",
            "DefaultCluster",
            "-t",
            topic,
            "-r",
            $"{queues}",
            "-w",
            $"{queues}"
        );
        Assert.True(made.Exit == 0, made.Error);
        await Eventually.TrueAsync(async () => (await AdminAsync("topicRoute", "-t", topic)).Exit == 0);
    }

    /// <summary>
    /// Puts a member of a consumer group online; it reads nothing. It leaves when it is disposed. As Apache's push
    /// consumers it subscribes to its <paramref name="own"/> retry topic too.
    /// </summary>
    public async Task<RemotingClient> MemberAsync(
        string group,
        string topic,
        string expression = "*",
        MessageModel model = MessageModel.Clustering,
        bool own = false
    )
    {
        string[] topics = own ? [topic, $"%RETRY%{group}"] : [topic];
        var client = await Broker.ConnectAsync();
        var heartbeat = new HeartbeatData
        {
            ClientId = $"member-of-{group}",
            ProducerGroups = [$"producers-of-{group}"],
            Consumers =
            [
                new ConsumerData
                {
                    GroupName = group,
                    ConsumeType = ConsumeType.Passively,
                    MessageModel = model,
                    Subscriptions =
                    [
                        .. topics.Select(one => new SubscriptionData
                        {
                            Topic = one,
                            SubString = expression,
                            SubVersion = 1,
                        }),
                    ],
                },
            ],
        };
        var answer = await client.InvokeAsync(RequestCode.HeartBeat, null, heartbeat.ToJson(), TestBroker.Patience);
        Assert.Equal(ResponseCode.Success, answer.Code);
        await Eventually.TrueAsync(async () => (await AdminAsync("topicRoute", "-t", $"%RETRY%{group}")).Exit == 0);
        return client;
    }

    /// <summary>Creates a consumer group through the verb for it.</summary>
    public async Task GroupAsync(string group)
    {
        var made = await AdminAsync("updateSubGroup", "-c", "DefaultCluster", "-g", group);
        Assert.True(made.Exit == 0, made.Error);
    }

    /// <summary>Writes a group's position in one queue.</summary>
    public async Task CommitAsync(string group, string topic, int queueId, long offset)
    {
        var fields = new FieldList
        {
            { "consumerGroup", group },
            { "topic", topic },
            { "queueId", queueId },
            { "commitOffset", offset },
        };
        var answer = await Broker.Client.InvokeAsync(
            RequestCode.UpdateConsumerOffset,
            fields,
            default,
            TestBroker.Patience
        );
        Assert.Equal(ResponseCode.Success, answer.Code);
    }
}
