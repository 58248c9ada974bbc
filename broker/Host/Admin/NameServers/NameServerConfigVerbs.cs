using System.Text;
using Broker.Core.Configuration;
using Broker.Protocol;

namespace Broker.Host.Admin.NameServers;

/// <summary><c>getNamesrvConfig</c> and <c>updateNamesrvConfig</c>: the keys of name servers.</summary>
static class NameServerConfigVerbs
{
    public static Verb CreateGet() =>
        new("getNamesrvConfig", "Show the configuration of every name server.", GetAsync, "", "-n 10.0.0.1:9876");

    public static Verb CreateUpdate()
    {
        var key = VerbOptions.Required("--key -k", "The key.");
        var value = VerbOptions.Required("--value -v", "Its new value.");
        return new Verb(
            "updateNamesrvConfig",
            "Change a key of every name server while it runs.",
            call => UpdateAsync(call, call.Need(key), call.Need(value)),
            "-k orderMessageEnable -v true"
        )
        {
            key,
            value,
        };
    }

    static async Task GetAsync(VerbCall call)
    {
        var answers = await call
            .Cluster.AskNameServersAsync(RequestCode.GetNameServerConfig, null, default, call.Stopping)
            .ConfigureAwait(false);
        call.Report.Table("keys", "nameServer", "key", "value");
        foreach (var (address, answer) in answers)
        {
            foreach (var (key, value) in PropertiesText.Parse(Encoding.UTF8.GetString(answer.Body.Span)))
                call.Report.Row(address, key, value);
        }
    }

    static async Task UpdateAsync(VerbCall call, string key, string value)
    {
        var text = new StringBuilder();
        PropertiesText.Append(text, key, value);
        var answers = await call
            .Cluster.AskNameServersAsync(
                RequestCode.UpdateNameServerConfig,
                null,
                Encoding.UTF8.GetBytes(text.ToString()),
                call.Stopping
            )
            .ConfigureAwait(false);
        call.Report.Table("changed", "nameServer", "key", "value");
        foreach (var (address, _) in answers)
            call.Report.Row(address, key, value);
    }
}
