namespace Broker.Host.Admin.Messages;

/// <summary>How verbs write messages.</summary>
static class MessageReport
{
    /// <summary>One message with everything that is known of it.</summary>
    public static void Write(VerbCall call, FoundMessage message)
    {
        call.Report.Record(
            "message",
            ("id", message.Id),
            ("offsetId", message.OffsetId),
            ("topic", message.Topic),
            ("tags", message.Tags),
            ("keys", message.Keys),
            ("queueId", message.QueueId),
            ("queueOffset", message.QueueOffset),
            ("logPosition", message.LogPosition),
            ("size", message.Size),
            ("reconsumeTimes", message.ReconsumeTimes),
            ("born", message.Born),
            ("bornHost", message.BornHost),
            ("stored", message.Stored),
            ("storeHost", message.StoreHost),
            ("sysFlag", message.SysFlag),
            ("body", message.BodyText)
        );
        call.Report.Table("properties", "name", "value");
        foreach (var (name, value) in message.Properties.OrderBy(one => one.Key, StringComparer.Ordinal))
            call.Report.Row(name, value);
    }

    /// <summary>Begins a table of messages.</summary>
    public static void Begin(VerbCall call, bool withBody)
    {
        string[] columns = ["id", "tags", "keys", "queueId", "queueOffset", "stored"];
        call.Report.Table("messages", withBody ? [.. columns, "body"] : columns);
    }

    /// <summary>One line of that table.</summary>
    public static void Row(VerbCall call, FoundMessage one, bool withBody)
    {
        if (withBody)
            call.Report.Row(one.Id, one.Tags, one.Keys, one.QueueId, one.QueueOffset, one.Stored, one.BodyText);
        else
            call.Report.Row(one.Id, one.Tags, one.Keys, one.QueueId, one.QueueOffset, one.Stored);
    }
}
