using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>A refusal, with the code and the reason that the real server gives.</summary>
public sealed class ApiException(int code, string reason, string message) : Exception(message)
{
    public int Code => code;

    public string Reason => reason;

    /// <summary>Seconds for the header of the same name.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Single faults of an object, by field.</summary>
    public IReadOnlyList<(string Reason, string Field, string Message)> Causes { get; init; } = [];

    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.Name} \"{name}\" not found");

    public static ApiException AlreadyExists(ResourceType type, string name) =>
        new(409, "AlreadyExists", $"{type.Name} \"{name}\" already exists");

    public static ApiException Changed(ResourceType type, string name) =>
        new(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {type.Name} \"{name}\": the object has been modified; "
                + "please apply your changes to the latest version and try again"
        );

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Invalid(
        ResourceType type,
        string name,
        params (string Field, string Message)[] faults
    ) =>
        new(
            422,
            "Invalid",
            $"{type.Kind}.{type.Group} \"{name}\" is invalid: "
                + string.Join(", ", faults.Select(f => $"{f.Field}: {f.Message}"))
        )
        {
            Causes = [.. faults.Select(f => ("FieldValueInvalid", f.Field, f.Message))],
        };

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
            ["code"] = code,
        };
        if (Causes.Count > 0 || RetryAfter is not null)
        {
            status["details"] = new JsonObject
            {
                ["retryAfterSeconds"] = RetryAfter,
                ["causes"] = new JsonArray([
                    .. Causes.Select(c => new JsonObject
                    {
                        ["reason"] = c.Reason,
                        ["field"] = c.Field,
                        ["message"] = c.Message,
                    }),
                ]),
            };
        }
        return status;
    }
}
