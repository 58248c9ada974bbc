namespace Hostile;

/// <summary>The product did not hold what a trial asks of it.</summary>
sealed class BrokenException : Exception
{
    public BrokenException() { }

    public BrokenException(string message)
        : base(message) { }

    public BrokenException(string message, Exception inner)
        : base(message, inner) { }
}
