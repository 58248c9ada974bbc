using Operator.Plan.Remote;

namespace Operator.Control.Catalogues;

/// <summary>What became of a plan's requests to masters.</summary>
/// <param name="Failures">Those that failed now, and those that are held back because they failed before.</param>
/// <param name="Retry">When the first of them may be tried again; null when none has to be.</param>
/// <param name="Doubtful">The masters, by pod uid, whose table may be another than is known: read it again.</param>
readonly record struct ChangesMade(
    IReadOnlyList<RemoteFailure> Failures,
    TimeSpan? Retry,
    IReadOnlyList<string> Doubtful
);
