using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>Gives Services their ClusterIPs out of 10.96.0.0/16, and keeps two from having the same.</summary>
internal sealed class ServiceAddresses(ObjectStore store)
{
    int next = 1;

    /// <exception cref="ApiException">422: the address that was asked for is taken or lies outside.</exception>
    public void Assign(ResourceType type, ObjectName name, JsonObject json)
    {
        if (type.Name != "services" || json["spec"] is not JsonObject spec || (string?)spec["type"] == "ExternalName")
            return;
        var wanted = (string?)spec["clusterIP"];
        if (wanted == "None")
        {
            spec["clusterIPs"] = new JsonArray("None");
            return;
        }
        var taken = store
            .List(type, null)
            .Where(s => s.Name != name)
            .Select(s => (string?)s.Json["spec"]?["clusterIP"])
            .ToHashSet();
        if (string.IsNullOrEmpty(wanted))
        {
            do
            {
                wanted = $"10.96.{next / 256}.{next % 256}";
                next++;
            } while (taken.Contains(wanted));
        }
        else if (taken.Contains(wanted))
            throw Refused(type, name, wanted, "provided IP is already allocated");
        else if (!wanted.StartsWith("10.96.", StringComparison.Ordinal))
            throw Refused(type, name, wanted, "the provided IP is not in the valid range");
        spec["clusterIP"] = wanted;
        spec["clusterIPs"] = new JsonArray(wanted);
    }

    static ApiException Refused(ResourceType type, ObjectName name, string address, string reason) =>
        ApiException.Invalid(
            type,
            name.Name,
            ("spec.clusterIPs[0]", $"Invalid value: [\"{address}\"]: failed to allocate IP {address}: {reason}")
        );
}
