using System.Text;
using Broker.Core.Offsets;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Protocol.Messages;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Groups;

/// <summary>Serves the settings of consumer groups: 200, 201, 207, 225 and 352.</summary>
sealed class GroupAdmin(
    SubscriptionGroups groups,
    ConsumerOffsets offsets,
    Func<BrokerStanding> standing,
    ILogger logger
)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.UpdateAndCreateSubscriptionGroup, Update)
            .Map(RequestCode.UpdateAndCreateSubscriptionGroupList, UpdateList)
            .Map(RequestCode.GetAllSubscriptionGroupConfig, List)
            .Map(RequestCode.GetSubscriptionGroupConfig, Get)
            .Map(RequestCode.DeleteSubscriptionGroup, Delete);

    void Update(Request request) => Update(request, [SubscriptionGroupConfig.Read(FastJson.Parse(request.Body))]);

    void UpdateList(Request request) =>
        Update(
            request,
            [.. FastJson.Parse(request.Body)["groupConfigList"].Items.Select(SubscriptionGroupConfig.Read)]
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
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("totalGroupNum"u8, table.Groups.Count);
        reply.Send(table.ToJson());
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

    bool MayChange(Request request)
    {
        if (standing().IsMaster)
            return true;
        request.Reply(ResponseCode.ServiceNotAvailable, "this broker is not the master; groups are changed there");
        return false;
    }
}
