namespace Scenarios.ApiServer;

/// <summary>What goes wrong with a call.</summary>
public sealed record Fault
{
    Fault() { }

    internal ApiException? Error { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal Kind What { get; private init; }

    internal enum Kind
    {
        None,
        Answer,
        Cut,
        CutAfterwards,
        HalfOpen,
        Slow,
    }

    /// <summary>The connection breaks before anything is done.</summary>
    public static Fault Cut { get; } = new() { What = Kind.Cut };

    /// <summary>Everything is done, then the connection breaks: the caller does not know the outcome.</summary>
    public static Fault CutAfterwards { get; } = new() { What = Kind.CutAfterwards };

    /// <summary>Nothing is done and no answer comes, though the connection stays; until the caller gives up.</summary>
    public static Fault HalfOpen { get; } = new() { What = Kind.HalfOpen };

    /// <summary>Everything is as usual, later.</summary>
    public static Fault Slow(TimeSpan delay) => new() { What = Kind.Slow, Delay = delay };

    public static Fault Conflict { get; } =
        Answer(
            409,
            "Conflict",
            "the object has been modified; please apply your changes to the latest version and try again"
        );

    public static Fault Expired { get; } = Answer(410, "Expired", "too old resource version");

    public static Fault InternalError { get; } = Answer(500, "InternalError", "etcdserver: request timed out");

    public static Fault Forbidden { get; } =
        Answer(403, "Forbidden", "User \"system:serviceaccount:test\" cannot do this");

    public static Fault TooManyRequests(int retryAfterSeconds) =>
        new()
        {
            What = Kind.Answer,
            Error = new ApiException(
                429,
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later"
            )
            {
                RetryAfter = retryAfterSeconds,
            },
        };

    public static Fault Answer(int code, string reason, string message) =>
        new() { What = Kind.Answer, Error = new ApiException(code, reason, message) };
}
