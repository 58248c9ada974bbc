namespace Broker.Store;

/// <summary>
/// The store cannot be opened or has failed; the message is one sentence for the operator of the broker.
/// </summary>
public sealed class StoreException : IOException
{
    /// <summary>Creates the exception with the sentence.</summary>
    public StoreException(string message)
        : base(message) { }

    /// <summary>Creates the exception with the sentence and its cause.</summary>
    public StoreException(string message, Exception innerException)
        : base(message, innerException) { }
}
