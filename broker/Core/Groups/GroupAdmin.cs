using System.Text;
using Broker.Core.Offsets;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Groups;

/// <summary>Serves the settings of consumer groups: 200, 201, 207, 225, 352 and 353.</summary>
sealed class GroupAdmin(
    SubscriptionGroups groups,
    ConsumerOffsets offsets,
    Func<BrokerStanding> standing,
    ILogger logger
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(
                RequestCode.UpdateAndCreateSubscriptionGroup,
                Update,
                ResponseCode.ServiceNotAvailable,
                ResponseCode.InvalidParameter
            )
            .Map(
                RequestCode.UpdateAndCreateSubscriptionGroupList,
                UpdateList,
                ResponseCode.ServiceNotAvailable,
                ResponseCode.InvalidParameter
            )
            .Map(RequestCode.GetAllSubscriptionGroupConfig, List)
            .Map(RequestCode.GetSubscriptionGroupConfig, Get, ResponseCode.SubscriptionGroupNotExist)
            .Map(RequestCode.DeleteSubscriptionGroup, Delete, ResponseCode.ServiceNotAvailable)
            .Map(RequestCode.UpdateAndGetGroupForbidden, Forbid, ResponseCode.ServiceNotAvailable);

    void Update(Request request) => Update(request, [SubscriptionGroupConfig.Read(FastJson.ParseObject(request.Body))]);

    void UpdateList(Request request) =>
        Update(
            request,
            [.. FastJson.ParseObject(request.Body)["groupConfigList"].Items.Select(SubscriptionGroupConfig.Read)]
        );

    void Update(Request request, IReadOnlyList<SubscriptionGroupConfig> configs)
    {
        if (!MayChange(request))
            return;
        foreach (var config in configs)
        {
            if (NameRules.GroupProblem(Encoding.UTF8.GetBytes(config.GroupName)) is not { } problem)
                continue;
            request.Reply(ResponseCode.InvalidParameter, problem);
            return;
        }
        groups.Update(configs);
        foreach (var config in configs)
            GroupLog.Updated(logger, config.GroupName, request.Connection.RemoteEndPoint);
        request.Reply(ResponseCode.Success);
    }

    void List(Request request)
    {
        var table = groups.ToBody();
        var read = request.Read();
        var page = TablePage.Read(ref read, "groupSeq"u8, "maxGroupNum"u8, table.Version);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("totalGroupNum"u8, table.Groups.Count);
        reply.Send((table with { Groups = page.Of(table.Groups, one => one.GroupName) }).ToJson());
    }

    void Get(Request request)
    {
        var read = request.Read();
        var name = read.Text("group"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (groups.TryGet(name, out var group))
            request.Reply(group.Config.ToJson());
        else
            request.Reply(
                ResponseCode.SubscriptionGroupNotExist,
                "No group in this broker. group: " + Encoding.UTF8.GetString(name)
            );
    }

    void Delete(Request request)
    {
        var read = request.Read();
        var name = read.String("groupName"u8);
        var cleanOffset = read.Bool("cleanOffset"u8);
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (!MayChange(request))
            return;
        if (groups.Delete(name))
            GroupLog.Deleted(logger, name, request.Connection.RemoteEndPoint);
        if (cleanOffset)
            offsets.RemoveGroup(name);
        request.Reply(ResponseCode.Success);
    }

    /// <summary>
    /// Forbids or allows a group to read a topic, and tells which; without <c>readable</c> it only tells.
    /// </summary>
    void Forbid(Request request)
    {
        var read = request.Read();
        var group = read.Name("group"u8);
        var name = read.Name("topic"u8);
        if (read.Failed)
            throw new RefusedException(ResponseCode.SystemError, read.Problem!);
        if (!read.OptionalText("readable"u8).IsEmpty)
        {
            if (!MayChange(request))
                return;
            var isReadable = read.Bool("readable"u8);
            groups.Forbid(group, name, !isReadable);
            GroupLog.ReadingSet(logger, group, name, isReadable, request.Connection.RemoteEndPoint);
        }
        var json = new FastJsonWriter();
        json.BeginObject().Name("group").Value(group);
        json.Name("readable")
            .Value(!groups.IsForbidden(group, Encoding.UTF8.GetBytes(name)))
            .Name("topic")
            .Value(name)
            .EndObject();
        request.Reply(json.Written);
    }

    bool MayChange(Request request)
    {
        if (standing().IsMaster)
            return true;
        request.Reply(ResponseCode.ServiceNotAvailable, "this broker is not the master; groups are changed there");
        return false;
    }
}
