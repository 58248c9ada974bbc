using System.CommandLine;
using System.Diagnostics;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;

namespace Benchmarks.Load;

/// <summary><c>topics</c>: creates many topics with 8 queues each; prints one line.</summary>
static class TopicsCommand
{
    /// <summary>The whole table is written to disk and sent to the name servers after each request.</summary>
    const int TopicsPerRequest = 1_000;

    public static Command Create()
    {
        var common = new LoadOptions();
        var topics = new Option<int>("--topics") { DefaultValueFactory = _ => 10_000 };
        var command = new Command("topics", "Creates topics NAME-0, NAME-1 ..., and prints how long that took.")
        {
            topics,
        };
        command.Add(common.NameServer);
        command.Add(common.Topic);
        command.SetAction(async parsed =>
        {
            var name = parsed.GetValue(common.Topic)!;
            int count = parsed.GetValue(topics);
            long began = Stopwatch.GetTimestamp();
            string broker = await Target.AnyBrokerAsync(parsed.GetValue(common.NameServer)!);
            await using var client = await RemotingClient.ConnectAsync(broker);
            foreach (var part in Enumerable.Range(0, count).Chunk(TopicsPerRequest))
            {
                var body = Body(part.Select(number => Target.Numbered(name, number)));
                (await client.InvokeAsync(RequestCode.UpdateAndCreateTopicList, null, body)).EnsureSuccess();
            }
            var line = new ReportLine("topics");
            line.Add("topics", count);
            line.Add("ms", Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Console.WriteLine(line);
        });
        return command;
    }

    static byte[] Body(IEnumerable<string> names)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("topicConfigList").BeginArray();
        foreach (string name in names)
        {
            var config = new TopicConfig
            {
                TopicName = name,
                ReadQueueNums = Target.NewQueues,
                WriteQueueNums = Target.NewQueues,
            };
            config.Write(json);
        }
        json.EndArray().EndObject();
        return json.ToArray();
    }
}
