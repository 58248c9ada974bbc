using System.Text;
using System.Text.Json;
using Broker.Protocol;
using Broker.Tests.Core;
using Xunit;

namespace Broker.Tests.Host.Admin;

/// <summary>A test that needs messages which a group gave up.</summary>
public abstract class DeadLetterTest(AdminCluster cluster) : IClassFixture<AdminCluster>
{
    private protected const string Id = "7F000001003B18B4AAC23E7E5E91000C";

    private protected AdminCluster Cluster { get; } = cluster;

    /// <summary>Lets a group give up a message of a topic of its name at once.</summary>
    /// <returns>The id of the place where the message was stored first.</returns>
    private protected Task<string> KillAsync(
        string group,
        string body,
        string properties,
        params (string, object)[] other
    ) => KillAsync(group, Encoding.UTF8.GetBytes(body), properties, other);

    private protected async Task<string> KillAsync(
        string group,
        byte[] body,
        string properties,
        params (string, object)[] other
    )
    {
        await Cluster.GroupAsync(group);
        var sent = await Cluster.Broker.SendAsync(group, body, 0, properties, [("defaultTopicQueueNums", 1), .. other]);
        sent.EnsureSuccess();
        var found = await Cluster.Broker.AwaitAsync(group, sent.Long("queueOffset"), group: group);
        await SendBackAsync(group, found[0].Position);
        return found[0].OffsetId;
    }

    private protected async Task SendBackAsync(string group, long position)
    {
        var answer = await Cluster.Broker.CallAsync(
            RequestCode.ConsumerSendMsgBack,
            ("offset", position),
            ("group", group),
            ("delayLevel", -1)
        );
        answer.EnsureSuccess();
    }

    /// <summary>The letters of a group once there are so many.</summary>
    private protected async Task<List<JsonElement>> LettersAsync(string group, int count)
    {
        List<JsonElement> letters = [];
        await Eventually.TrueAsync(async () =>
        {
            var listed = await Cluster.AdminAsync("queryDeadLetters", "-g", group, "--output", "json");
            if (listed.Exit != 0)
                return false;
            letters = [.. JsonDocument.Parse(listed.Output).RootElement.GetProperty("letters").EnumerateArray()];
            return letters.Count == count;
        });
        return letters;
    }
}
