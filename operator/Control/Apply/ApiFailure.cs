using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Operator.Plan.Actions;

namespace Operator.Control.Apply;

/// <summary>What a failed call to the API server means for the next attempt.</summary>
/// <param name="IsRefusal">
/// The same request will be refused again: only a change of it, or of rights, can help.
/// </param>
/// <param name="IsThrottled">The server asked for fewer requests.</param>
/// <param name="Message">The server's own sentence, or what broke.</param>
readonly record struct ApiFailure(bool IsRefusal, bool IsThrottled, string Message)
{
    /// <summary>
    /// An object of that name existed where none was expected: the next attempt looks before it writes.
    /// </summary>
    public bool Exists { get; init; }

    /// <summary>What exists is somebody else's, and stays so until a person acts.</summary>
    public bool IsTaken { get; init; }

    /// <summary>
    /// It was about a version of an object that has changed since. Nothing is wrong: the next pass sees the new one.
    /// </summary>
    public bool IsStale { get; init; }

    /// <summary>The condition message holds this and other sentences (operators.md §3.1: 1,024 characters).</summary>
    const int LongestMessage = 400;

    public static ApiFailure Of(Exception exception)
    {
        var code = (exception as HttpOperationException)?.Response?.StatusCode;
        var said = exception is HttpOperationException { Body: V1Status { Message.Length: > 0 } status }
            ? status.Message
            : exception.Message;
        return new ApiFailure(
            code is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden || IsInvalid(exception),
            code is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable,
            said.Length > LongestMessage ? string.Concat(said.AsSpan(0, LongestMessage), "…") : said
        );
    }

    /// <summary>Whether an exception is a failed call at all, and not a mistake in this program.</summary>
    public static bool IsOne(Exception exception) =>
        exception
            is HttpOperationException
                or KubernetesException
                or HttpRequestException
                or IOException
                or TimeoutException;

    /// <summary>
    /// Whether the server refused because of what exists: an object where none was expected, or another version.
    /// </summary>
    public static bool IsConflict(Exception exception) =>
        exception is HttpOperationException { Response.StatusCode: HttpStatusCode.Conflict };

    /// <summary>
    /// Whether a server before 1.23 did not take a Service with a resource version, by which others are told to create
    /// it and nothing else.
    /// </summary>
    public static bool IsVersionRefused(Exception exception) =>
        exception is HttpOperationException { Body: V1Status { Message: { } message } }
        && message.Contains("resourceVersion should not be set on objects to be created", StringComparison.Ordinal);

    /// <summary>Whether the server refused because the object's namespace is being deleted.</summary>
    public static bool IsNamespaceTerminating(Exception exception) =>
        exception is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden, Body: V1Status status }
        && (
            status.Details?.Causes?.Any(c => c.Reason == "NamespaceTerminating") == true
            || status.Message?.Contains("because it is being terminated", StringComparison.Ordinal) == true
        );

    /// <summary>
    /// Whether the server found a field that it cannot accept. An apply with a field that the kind does not have is
    /// answered with 500, although it is no fault of the server.
    /// </summary>
    public static bool IsInvalid(Exception exception) =>
        exception is HttpOperationException { Response.StatusCode: HttpStatusCode.UnprocessableEntity }
        || exception
            is HttpOperationException
            {
                Response.StatusCode: HttpStatusCode.InternalServerError,
                Body: V1Status { Message: { } said },
            }
            && said.StartsWith(ActionFailure.NotOfItsKind, StringComparison.Ordinal);
}
