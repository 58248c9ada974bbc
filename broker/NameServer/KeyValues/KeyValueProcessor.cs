using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;

namespace Broker.NameServer.KeyValues;

/// <summary>Serves PUT, GET and DELETE_KV_CONFIG and GET_KVLIST_BY_NAMESPACE (100, 101, 102, 219).</summary>
sealed class KeyValueProcessor(KeyValueTable table)
{
    public void Register(ProcessorTable processors) =>
        processors
            .Map(RequestCode.PutKvConfig, Put)
            .Map(RequestCode.GetKvConfig, Get, ResponseCode.QueryNotFound)
            .Map(RequestCode.DeleteKvConfig, Delete)
            .Map(RequestCode.GetKvListByNamespace, List, ResponseCode.QueryNotFound);

    void Put(Request request)
    {
        var read = request.Read();
        var (space, key, value) = (read.String("namespace"u8), read.String("key"u8), read.String("value"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        table.Put(space, key, value);
        request.Reply(ResponseCode.Success);
    }

    void Get(Request request)
    {
        var read = request.Read();
        var (space, key) = (read.String("namespace"u8), read.String("key"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        if (table.Get(space, key) is not { } value)
        {
            request.Reply(ResponseCode.QueryNotFound, $"No config item, Namespace: {space} Key: {key}");
            return;
        }
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("value"u8, Encoding.UTF8.GetBytes(value));
        reply.Send();
    }

    void Delete(Request request)
    {
        var read = request.Read();
        var (space, key) = (read.String("namespace"u8), read.String("key"u8));
        if (read.Failed)
        {
            request.Reply(ResponseCode.SystemError, read.Problem);
            return;
        }
        table.Delete(space, key);
        request.Reply(ResponseCode.Success);
    }

    void List(Request request)
    {
        var read = request.Read();
        var space = read.String("namespace"u8);
        if (read.Failed)
            request.Reply(ResponseCode.SystemError, read.Problem);
        else if (table.List(space) is { } entries)
            request.Reply(KvTable.ToJson(entries));
        else
            request.Reply(ResponseCode.QueryNotFound, $"No config item, Namespace: {space}");
    }
}
