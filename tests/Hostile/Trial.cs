namespace Hostile;

/// <summary>One hostile trial: a load, a fault, and what must hold afterwards.</summary>
/// <param name="Name">Unique, in the words of a command line: <c>kill-under-load</c>.</param>
/// <param name="Does">The fault, in a few words.</param>
/// <param name="Holds">The invariant that the trial checks.</param>
/// <param name="Body">Carries it out; throws <see cref="BrokenException"/> when the invariant does not hold.</param>
sealed record Trial(string Name, string Does, string Holds, Func<Scene, Task> Body);
