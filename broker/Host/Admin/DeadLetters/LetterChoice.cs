namespace Broker.Host.Admin.DeadLetters;

/// <summary>
/// Which dead letters of a group are meant: those of one message, or those that died from <paramref name="Begin"/> to
/// <paramref name="End"/>, both included, in ms since 1970.
/// </summary>
sealed record LetterChoice(string Group, string? Id, long Begin, long End);
