using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Scenarios.ApiServer;

/// <summary>From a request to a verb, its answer and its faults.</summary>
internal sealed class RequestHandler(
    InMemoryApiServer server,
    ObjectStore store,
    Writes writes,
    Lists lists,
    ApiServerOptions options
)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (options.Authorize is { } isKnown && !isKnown(context.Request.Headers.Authorization))
        {
            await AnswerAsync(context, new ApiException(401, "Unauthorized", "Unauthorized"));
            return;
        }
        if (ApiPath.Parse(path) is not { } target)
        {
            await AboutAsync(context, path);
            return;
        }
        if (server.Find(target.Group, target.Version, target.Plural) is not { } type)
        {
            await AnswerAsync(
                context,
                new ApiException(404, "NotFound", "the server could not find the requested resource")
            );
            return;
        }
        var body = await BodyAsync(context);
        var call = Record(context, type, target, body);
        var fault = server.Faults.For(call);
        await ServeAsync(context, type, target, call, fault);
    }

    async Task ServeAsync(HttpContext context, ResourceType type, ApiPath target, ApiCall call, Fault? fault)
    {
        switch (fault?.What)
        {
            case Fault.Kind.Cut:
                context.Abort();
                return;
            case Fault.Kind.HalfOpen:
                await server.HoldAsync(Task.Delay(Timeout.Infinite, context.RequestAborted));
                return;
            case Fault.Kind.Slow:
                await server.HoldAsync(Task.Delay(fault.Delay, options.Time, context.RequestAborted));
                break;
            case Fault.Kind.Answer:
                call.Code = fault.Error!.Code;
                await AnswerAsync(context, fault.Error);
                return;
        }
        try
        {
            if (call.Verb == "watch")
            {
                call.Code = 200;
                await server.Watches.ServeAsync(context, type, target, SelectorOf(call));
                return;
            }
            var (code, answer) = Carry(type, target, call);
            call.Code = code;
            if (fault?.What == Fault.Kind.CutAfterwards)
                context.Abort();
            else
                await WriteAsync(context, code, answer);
        }
        catch (ApiException e)
        {
            call.Code = e.Code;
            await AnswerAsync(context, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            call.Code = 500;
            await AnswerAsync(context, new ApiException(500, "InternalError", $"a fault of the test's server: {e}"));
        }
    }

    (int Code, byte[] Answer) Carry(ResourceType type, ApiPath target, ApiCall call)
    {
        var write = new WriteOptions(
            Of(call, "fieldManager") ?? call.UserAgent?.Split('/')[0] ?? "",
            target.Subresource,
            Of(call, "force") == "true",
            Of(call, "dryRun") == "All"
        );
        if (call.ContentType == "application/apply-patch+yaml")
            write = write with { Manager = Of(call, "fieldManager") ?? "" };
        var name = new ObjectName(target.Namespace, target.Name ?? "");
        lock (store.Gate)
        {
            switch (call.Verb)
            {
                case "get":
                    return (200, store.Get(type, name).Bytes);
                case "list":
                    var limit = int.TryParse(Of(call, "limit"), out var count) ? count : 0;
                    return (200, lists.Read(type, target.Namespace, SelectorOf(call), limit, Of(call, "continue")));
                case "create":
                    return (201, writes.Create(type, target.Namespace, ObjectOf(call), write).Bytes);
                case "update":
                    return (200, writes.Update(type, name, ObjectOf(call), write).Bytes);
                case "patch":
                    var isNew = store.Find(type, name) is null;
                    var patched = writes.Patch(type, name, call.Body!.DeepClone(), call.ContentType ?? "", write);
                    return (isNew ? 201 : 200, patched.Bytes);
                case "delete":
                    return (200, writes.Delete(type, name, call.Body as JsonObject, write.DryRun).Bytes);
                case "deletecollection":
                    foreach (
                        var one in store
                            .List(type, target.Namespace)
                            .Where(o => SelectorOf(call).Matches(o.Json))
                            .ToList()
                    )
                        writes.Delete(type, one.Name, call.Body as JsonObject, write.DryRun);
                    return (
                        200,
                        Encoding.UTF8.GetBytes(
                            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}"""
                        )
                    );
                default:
                    throw new ApiException(
                        405,
                        "MethodNotAllowed",
                        "the server does not allow this method on the requested resource"
                    );
            }
        }
    }

    ApiCall Record(HttpContext context, ResourceType type, ApiPath target, JsonNode? body)
    {
        var request = context.Request;
        var verb = (request.Method, target.Name) switch
        {
            ("GET", null) => request.Query["watch"] == "true" ? "watch" : "list",
            ("GET", _) => "get",
            ("POST", null) => "create",
            ("PUT", not null) => "update",
            ("PATCH", not null) => "patch",
            ("DELETE", not null) => "delete",
            ("DELETE", null) => "deletecollection",
            _ => "unknown",
        };
        var name = target.Name ?? (body?["metadata"]?["name"] as JsonValue)?.ToString() ?? "";
        return server.Calls.Add(index => new ApiCall(index, verb, type.Name, target.Namespace, name, target.Subresource)
        {
            Query = request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
            Body = body,
            ContentType = request.ContentType?.Split(';')[0],
            Authorization = request.Headers.Authorization,
            ClientCertificate = context.Connection.ClientCertificate?.Subject,
            UserAgent = request.Headers.UserAgent,
            Protocol = request.Protocol,
            At = options.Time.GetUtcNow(),
        });
    }

    async Task AboutAsync(HttpContext context, string path)
    {
        var (major, minor) = options.Version;
        var text = path switch
        {
            "/version" => $$"""{"major":"{{major}}","minor":"{{minor}}","gitVersion":"v{{major}}.{{minor}}.0"}""",
            "/apis" => server.Groups().ToJsonString(),
            "/livez" or "/readyz" or "/healthz" => "ok",
            _ => null,
        };
        if (text is null)
            await AnswerAsync(
                context,
                new ApiException(404, "NotFound", "the server could not find the requested resource")
            );
        else
            await WriteAsync(context, 200, Encoding.UTF8.GetBytes(text));
    }

    static async Task<JsonNode?> BodyAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        try
        {
            return content.Length == 0 ? null : JsonNode.Parse(content.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static Task AnswerAsync(HttpContext context, ApiException error)
    {
        if (error.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        return WriteAsync(context, error.Code, Encoding.UTF8.GetBytes(error.ToStatus().ToJsonString()));
    }

    static async Task WriteAsync(HttpContext context, int code, byte[] answer)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    static JsonObject ObjectOf(ApiCall call) =>
        call.Body?.DeepClone() as JsonObject
        ?? throw ApiException.BadRequest("the body of the request is no JSON object");

    static Selector SelectorOf(ApiCall call) => new(Of(call, "labelSelector"), Of(call, "fieldSelector"));

    static string? Of(ApiCall call, string name) => call.Query.GetValueOrDefault(name);
}
