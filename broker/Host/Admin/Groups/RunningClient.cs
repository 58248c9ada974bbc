using Broker.Protocol;
using Broker.Protocol.Headers;
using Broker.Protocol.Json;

namespace Broker.Host.Admin.Groups;

/// <summary>What a member says of itself, through the broker that it is connected to.</summary>
static class RunningClient
{
    /// <summary>Its answer; null when it does not give one: it is busy, has left, or cannot.</summary>
    public static async Task<FastJson?> AskAsync(
        VerbCall call,
        string address,
        string group,
        string clientId,
        bool withStacks
    )
    {
        var fields = new FieldList
        {
            { "consumerGroup", group },
            { "clientId", clientId },
            { "jstackEnable", withStacks },
        };
        try
        {
            var answer = await call
                .Cluster.AskAsync(address, RequestCode.GetConsumerRunningInfo, fields, default, call.Stopping)
                .ConfigureAwait(false);
            return FastJson.Parse(answer.Body.Span);
        }
        catch (AdminFailedException failure)
            when (failure.Code
                    is ResponseCode.SystemError
                        or ResponseCode.RequestCodeNotSupported
                        or ResponseCode.ConsumerNotOnline
                        or ResponseCode.ConsumeMsgTimeout
            )
        {
            return null;
        }
    }
}
