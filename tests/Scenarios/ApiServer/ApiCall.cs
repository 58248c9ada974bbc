using System.Text.Json.Nodes;

namespace Scenarios.ApiServer;

/// <summary>One request that arrived.</summary>
/// <param name="Index">From 1, in order of arrival.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection.</param>
/// <param name="Resource">For example <c>statefulsets.apps</c>.</param>
public sealed record ApiCall(int Index, string Verb, string Resource, string Namespace, string Name, string Subresource)
{
    public IReadOnlyDictionary<string, string> Query { get; init; } = new Dictionary<string, string>();

    /// <summary>What was sent, as it was sent.</summary>
    public JsonNode? Body { get; init; }

    public string? ContentType { get; init; }

    public string? Authorization { get; init; }

    /// <summary>The subject of the client's certificate.</summary>
    public string? ClientCertificate { get; init; }

    public string? UserAgent { get; init; }

    /// <summary>For example <c>HTTP/2</c>.</summary>
    public string Protocol { get; init; } = "";

    public DateTimeOffset At { get; init; }

    /// <summary>The status code of the answer; 0 when there was none (yet).</summary>
    public int Code { get; set; }

    public bool IsWrite => Verb is "create" or "update" or "patch" or "delete" or "deletecollection";

    public override string ToString() =>
        $"{Index}. {Verb} {Resource} {Namespace}/{Name}{(Subresource.Length > 0 ? "/" + Subresource : "")} -> {Code}";
}
