using System.Text;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Configuration;

/// <summary>Reads and changes the running configuration: GET_BROKER_CONFIG (26), UPDATE_BROKER_CONFIG (25).</summary>
sealed class ConfigAdmin(BrokerOptions options, TimeProvider time, ILogger logger, Action changed)
{
    /// <summary>Apache's own list: no value of a running process may move these.</summary>
    static readonly string[] Forbidden = ["configBlackList", "brokerConfigPath"];

    readonly Lock _gate = new();
    DataVersion _version = new(0, time.GetUtcNow().ToUnixTimeMilliseconds(), 0);

    public void Register(ProcessorTable table) =>
        table
            .Map(RequestCode.GetBrokerConfig, Get)
            .Map(RequestCode.UpdateBrokerConfig, Update, ResponseCode.NoPermission, ResponseCode.InvalidParameter);

    void Get(Request request)
    {
        var text = new StringBuilder();
        string version;
        lock (_gate)
        {
            version = _version.ToJson();
            foreach (var key in ConfigKeys.All.OrderBy(k => k.Name, StringComparer.Ordinal))
                PropertiesText.Append(text, key.Name, key.Read(options));
        }
        var reply = request.Begin(ResponseCode.Success);
        reply.Field("version"u8, version);
        reply.Send(Encoding.UTF8.GetBytes(text.ToString()));
    }

    void Update(Request request)
    {
        var text = Encoding.UTF8.GetString(request.Body);
        var changes = PropertiesText.Parse(text).ToArray();
        if (changes.Any(c => Forbidden.Contains(c.Key)))
            throw new RefusedException(ResponseCode.NoPermission, "Can not update config in black list.");
        lock (_gate)
        {
            if (BrokerConfig.TryChange(options, changes) is { } problem)
                throw new RefusedException(ResponseCode.InvalidParameter, problem);
            _version = _version.Next(time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        CoreLog.ConfigChanged(
            logger,
            request.Connection.RemoteEndPoint,
            string.Join(", ", changes.Select(c => $"{c.Key}={c.Value}"))
        );
        changed();
        request.Reply(ResponseCode.Success);
    }
}
