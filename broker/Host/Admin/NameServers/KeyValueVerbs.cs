using Broker.Protocol;
using Broker.Protocol.Headers;

namespace Broker.Host.Admin.NameServers;

/// <summary><c>updateKvConfig</c> and <c>deleteKvConfig</c>: key-value pairs that every name server keeps.</summary>
static class KeyValueVerbs
{
    public static Verb CreateUpdate()
    {
        var space = VerbOptions.Required("--namespace -s", "The namespace.");
        var key = VerbOptions.Required("--key -k", "The key.");
        var value = VerbOptions.Required("--value -v", "Its value.");
        return new Verb(
            "updateKvConfig",
            "Set a key-value pair at every name server.",
            call => RunAsync(call, RequestCode.PutKvConfig, call.Need(space), call.Need(key), call.Need(value)),
            "-s ORDER_TOPIC_CONFIG -k payments -v broker-a:4"
        )
        {
            space,
            key,
            value,
        };
    }

    public static Verb CreateDelete()
    {
        var space = VerbOptions.Required("--namespace -s", "The namespace.");
        var key = VerbOptions.Required("--key -k", "The key.");
        return new Verb(
            "deleteKvConfig",
            "Delete a key-value pair at every name server.",
            call => RunAsync(call, RequestCode.DeleteKvConfig, call.Need(space), call.Need(key), null),
            "-s ORDER_TOPIC_CONFIG -k payments"
        )
        {
            space,
            key,
        };
    }

    static async Task RunAsync(VerbCall call, RequestCode code, string space, string key, string? value)
    {
        var fields = new FieldList
        {
            { "namespace", space },
            { "key", key },
            { "value", value },
        };
        var answers = await call
            .Cluster.AskNameServersAsync(code, fields, default, call.Stopping)
            .ConfigureAwait(false);
        call.Report.Table("changed", "nameServer", "namespace", "key", "value");
        foreach (var (address, _) in answers)
            call.Report.Row(address, space, key, value);
    }
}
