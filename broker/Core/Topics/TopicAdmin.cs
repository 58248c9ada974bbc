using System.Text;
using Broker.Core.Configuration;
using Broker.Core.Offsets;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;

namespace Broker.Core.Topics;

/// <summary>Administration of topics: codes 17, 18, 21, 215, 305 and 351 (protocol.md §2.3).</summary>
sealed class TopicAdmin(TopicTable topics, ConsumerOffsets offsets, BrokerOptions options)
{
    /// <summary>Ten times what a large topic has; each queue is a folder and, in use, an open file.</summary>
    const int QueuesMax = 16_384;

    public void Register(ProcessorTable table) =>
        table
            .Map(RequestCode.UpdateAndCreateTopic, Update, ResponseCode.InvalidParameter)
            .Map(RequestCode.UpdateAndCreateTopicList, UpdateList, ResponseCode.InvalidParameter)
            .Map(RequestCode.DeleteTopicInBroker, Delete, ResponseCode.InvalidParameter)
            .Map(RequestCode.GetAllTopicConfig, GetAll)
            .Map(RequestCode.GetTopicConfig, Get, ResponseCode.TopicNotExist)
            .Map(RequestCode.GetSystemTopicListFromBroker, GetSystem);

    void Update(Request request)
    {
        var read = request.Read();
        var config = new TopicConfig
        {
            TopicName = read.OptionalString("topic"u8) ?? "",
            ReadQueueNums = read.Int("readQueueNums"u8, 16),
            WriteQueueNums = read.Int("writeQueueNums"u8, 16),
            Perm = read.Int("perm"u8, (int)TopicPermission.ReadWrite),
            TopicFilterType = read.OptionalString("topicFilterType"u8) ?? "SINGLE_TAG",
            TopicSysFlag = read.Int("topicSysFlag"u8, 0),
            Order = read.Bool("order"u8),
            Attributes = SystemTopics.NoAttributes,
        };
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (config.TopicFilterType is not ("SINGLE_TAG" or "MULTI_TAG"))
            throw new RefusedException(
                ResponseCode.SystemError,
                $"topicFilterType = [{config.TopicFilterType}] value invalid"
            );
        Check(config);
        topics.TryGet(config.TopicName, out var existing);
        var (attributes, problem) = TopicAttributes.Change(
            existing?.Config.Attributes,
            read.OptionalString("attributes"u8) ?? ""
        );
        if (problem is not null)
            throw new RefusedException(ResponseCode.SystemError, problem);
        topics.Update([config with { Attributes = attributes }]);
        request.Reply(ResponseCode.Success);
    }

    void UpdateList(Request request)
    {
        var configs = FastJson.ParseObject(request.Body)["topicConfigList"].Items.Select(TopicConfig.Read).ToArray();
        foreach (var config in configs)
            Check(config);
        topics.Update([.. configs.Select(config => config with { Attributes = AttributesAfter(config) })]);
        request.Reply(ResponseCode.Success);
    }

    /// <summary>A list of topics brings changes of their attributes too.</summary>
    IReadOnlyDictionary<string, string> AttributesAfter(TopicConfig config)
    {
        topics.TryGet(config.TopicName, out var existing);
        var (attributes, problem) = TopicAttributes.Change(existing?.Config.Attributes, config.Attributes);
        return problem is null ? attributes : throw new RefusedException(ResponseCode.SystemError, problem);
    }

    void Delete(Request request)
    {
        var name = request.Read().OptionalString("topic"u8) ?? "";
        CheckName(name);
        foreach (var retry in offsets.GroupsOf(name).SelectMany(group => PopRetryTopics(name, group)))
            topics.Delete(retry);
        topics.Delete(name);
        request.Reply(ResponseCode.Success);
    }

    /// <summary>
    /// Where popped messages of a group wait to be tried again, in the two forms of protocol.md §4.10.
    /// </summary>
    static string[] PopRetryTopics(string topic, string group) =>
        [$"{TopicName.RetryPrefix}{group}_{topic}", $"{TopicName.RetryPrefix}{group}+{topic}"];

    void GetAll(Request request)
    {
        var table = topics.ToBody();
        var read = request.Read();
        var page = TablePage.Read(ref read, "topicSeq"u8, "maxTopicNum"u8, table.Version);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("totalTopicNum"u8, table.Topics.Count);
        reply.Send((table with { Topics = page.Of(table.Topics, one => one.TopicName) }).ToJson());
    }

    void Get(Request request)
    {
        var name = request.Read().OptionalString("topic"u8) ?? "";
        if (!topics.TryGet(name, out var topic))
            throw new RefusedException(ResponseCode.TopicNotExist, $"No topic in this broker. topic: {name}");
        var json = new FastJsonWriter();
        topic.Config.Write(json);
        request.Reply(json.Written);
    }

    void GetSystem(Request request)
    {
        var names = topics.All.Select(t => t.Name).Where(n => TopicName.IsSystem(n, options)).Order();
        request.Reply(NameList.ToJson("topicList", names));
    }

    void Check(TopicConfig config)
    {
        CheckName(config.TopicName);
        if (config.ReadQueueNums is < 0 or > QueuesMax || config.WriteQueueNums is < 0 or > QueuesMax)
        {
            throw new RefusedException(
                ResponseCode.InvalidParameter,
                $"readQueueNums and writeQueueNums must be from 0 to {QueuesMax}."
            );
        }
        if (config.Perm is < 0 or > 15)
            throw new RefusedException(
                ResponseCode.InvalidParameter,
                $"perm {config.Perm} is not a permission: 2 write, 4 read, 6 both."
            );
    }

    void CheckName(string name)
    {
        if (TopicName.Problem(Encoding.UTF8.GetBytes(name)) is { } problem)
            throw new RefusedException(ResponseCode.InvalidParameter, problem);
        if (options.ValidateSystemTopicWhenUpdateTopic && TopicName.IsSystem(name, options))
            throw new RefusedException(
                ResponseCode.InvalidParameter,
                $"The topic[{name}] is conflict with system topic."
            );
    }
}
