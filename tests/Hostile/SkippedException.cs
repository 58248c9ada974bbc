namespace Hostile;

/// <summary>The machine lacks what a trial needs. The message says what.</summary>
sealed class SkippedException : Exception
{
    public SkippedException() { }

    public SkippedException(string message)
        : base(message) { }

    public SkippedException(string message, Exception inner)
        : base(message, inner) { }
}
