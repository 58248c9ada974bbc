using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;

namespace Broker.Core.Filter;

/// <summary>
/// Serves CHECK_CLIENT_CONFIG (46): consumers ask at their start whether the broker can filter as they want to, so this
/// is where the author of an expression sees what is wrong with it.
/// </summary>
sealed class ClientConfigProcessor(BrokerOptions options, MessageFilters filters)
{
    public void Register(ProcessorTable processors) =>
        processors.Map(RequestCode.CheckClientConfig, Check, ResponseCode.SubscriptionParseFailed);

    void Check(Request request)
    {
        if (
            request.Body.IsEmpty
            || FastJson.ParseObject(request.Body)["subscriptionData"] is not { HasValue: true } json
        )
        {
            request.Reply(ResponseCode.Success);
            return;
        }
        var wanted = SubscriptionData.Read(json);
        var type = Encoding.UTF8.GetBytes(wanted.ExpressionType);
        if (wanted.ClassFilterMode)
            request.Reply(ResponseCode.SystemError, Remarks.FilterUnsupported("class"));
        else if (MessageFilters.IsTagType(type))
            request.Reply(ResponseCode.Success);
        else if (!options.EnablePropertyFilter)
            request.Reply(ResponseCode.SystemError, Remarks.FilterUnsupported(wanted.ExpressionType));
        else if (filters.TryGet(type, Encoding.UTF8.GetBytes(wanted.SubString), out _, out var problem))
            request.Reply(ResponseCode.Success);
        else
            request.Reply(ResponseCode.SubscriptionParseFailed, problem);
    }
}
