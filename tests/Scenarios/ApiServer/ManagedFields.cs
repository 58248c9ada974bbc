using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>Who owns which fields of one object: the content of <c>metadata.managedFields</c>.</summary>
internal sealed class ManagedFields
{
    readonly List<Entry> entries = [];

    public ManagedFields(JsonObject? live)
    {
        foreach (var entry in (live?["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>())
        {
            entries.Add(
                new Entry(
                    new Manager(
                        (string)entry["manager"]!,
                        (string)entry["operation"]!,
                        (string?)entry["subresource"] ?? ""
                    ),
                    (string)entry["apiVersion"]!,
                    (string)entry["time"]!,
                    FieldSet.FromFieldsV1(entry["fieldsV1"] as JsonObject)
                )
            );
        }
    }

    public IEnumerable<(Manager Manager, FieldSet Fields)> All => entries.Select(e => (e.Manager, e.Fields));

    public FieldSet Of(Manager manager) => entries.Find(e => e.Manager == manager)?.Fields ?? new FieldSet();

    public void Set(Manager manager, FieldSet fields, string apiVersion, string now)
    {
        var at = entries.FindIndex(e => e.Manager == manager);
        if (at >= 0 && entries[at].Fields.SetEquals(fields))
            return;
        if (at >= 0)
            entries.RemoveAt(at);
        if (fields.Count > 0)
            entries.Add(new Entry(manager, apiVersion, now, fields));
    }

    /// <summary>Takes fields away from everybody but one.</summary>
    public void TakeFrom(Func<Manager, bool> whom, IReadOnlyCollection<string> paths)
    {
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            if (!whom(entries[i].Manager))
                continue;
            var left = entries[i].Fields.Except(paths);
            if (left.Count == 0)
                entries.RemoveAt(i);
            else if (left.Count != entries[i].Fields.Count)
                entries[i] = entries[i] with { Fields = left };
        }
    }

    public void WriteTo(JsonObject json) =>
        json["metadata"]!["managedFields"] = new JsonArray([.. entries.Select(e => e.ToJson())]);

    /// <param name="Operation">Apply or Update.</param>
    /// <param name="Subresource">Empty for the object itself.</param>
    public readonly record struct Manager(string Name, string Operation, string Subresource);

    sealed record Entry(Manager Manager, string ApiVersion, string Time, FieldSet Fields)
    {
        public JsonObject ToJson()
        {
            var json = new JsonObject
            {
                ["manager"] = Manager.Name,
                ["operation"] = Manager.Operation,
                ["apiVersion"] = ApiVersion,
                ["time"] = Time,
                ["fieldsType"] = "FieldsV1",
                ["fieldsV1"] = Fields.ToFieldsV1(),
            };
            if (Manager.Subresource.Length > 0)
                json["subresource"] = Manager.Subresource;
            return json;
        }
    }
}
