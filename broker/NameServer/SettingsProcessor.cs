using System.Text;
using Broker.Protocol;
using Broker.Remoting;

namespace Broker.NameServer;

/// <summary>
/// Serves UPDATE and GET_NAMESRV_CONFIG (318, 319): properties text with the keys of nameserver.conf.
/// </summary>
sealed class SettingsProcessor(NameServerOptions options)
{
    public void Register(ProcessorTable processors) =>
        processors.Map(RequestCode.UpdateNameServerConfig, Update).Map(RequestCode.GetNameServerConfig, Get);

    void Get(Request request)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in NameServerKeys.Read(options))
            text.Append(key).Append('=').Append(value).Append('\n');
        request.Reply(Encoding.UTF8.GetBytes(text.ToString()));
    }

    void Update(Request request)
    {
        foreach (var line in Encoding.UTF8.GetString(request.Body).Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            var equals = line.IndexOf('=');
            var key = (equals < 0 ? line : line[..equals]).TrimEnd();
            var value = equals < 0 ? "" : line[(equals + 1)..].TrimStart();
            if (NameServerKeys.TryChange(options, key, value) is not { } problem)
                continue;
            request.Reply(ResponseCode.NoPermission, problem);
            return;
        }
        request.Reply(ResponseCode.Success);
    }
}
