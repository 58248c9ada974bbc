using System.Text.Json.Nodes;

namespace Clients;

/// <summary>
/// Starts the scripts that drive an unmodified client from npm, in a process each, with its files below
/// <paramref name="folder"/>.
/// </summary>
/// <param name="nameServer">host:port</param>
/// <param name="folder">An existing folder.</param>
public sealed class NpmClient(string nameServer, string folder)
{
    public const string AliOns = "ali-ons";
    public const string RocketMqNodeJs = "rocketmq-nodejs";

    /// <summary>The last line of every script.</summary>
    public const string Done = """{"done":true}""";

    static readonly TimeSpan ProduceLimit = TimeSpan.FromSeconds(60);

    /// <summary>Sends all of them and fails unless each was acknowledged.</summary>
    public async Task ProduceAsync(string client, IReadOnlyList<TestMessage> messages)
    {
        await using var producer = Start("produce.js", client, new JsonObject { ["group"] = "producers" });
        foreach (var message in messages)
            await producer.Input.WriteLineAsync(message.ToJson());
        producer.Input.Close();
        var answers = (await producer.ReadUntilAsync(Done, ProduceLimit)).ConvertAll(line =>
            JsonNode.Parse(line)!.AsObject()
        );
        var refused = answers
            .Where(answer => answer["error"] is not null)
            .Select(answer => answer.ToJsonString())
            .Take(5);
        Assert.Empty(refused);
        Assert.Equal(messages.Count, answers.Count);
    }

    /// <summary>A consumer that is connected when this returns; it need not have any queue yet.</summary>
    public async Task<NpmConsumer> ConsumeAsync(string client, JsonObject options)
    {
        var process = Start("consume.js", client, options);
        var first = await process.ReadLineAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("""{"started":true}""", first);
        return new NpmConsumer(process);
    }

    ChildProcess Start(string script, string client, JsonObject options)
    {
        options["nameServer"] = nameServer;
        options["instance"] = $"i-{Guid.NewGuid():N}"[..10];
        var home = Directory.CreateDirectory(Path.Combine(folder, (string)options["instance"]!)).FullName;
        var file = Path.Combine(home, "options.json");
        File.WriteAllText(file, options.ToJsonString());
        return ChildProcess.Start("node", [Path.Combine(Checkout.Scripts, script), client, file], home);
    }
}
