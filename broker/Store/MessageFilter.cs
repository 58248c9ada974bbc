namespace Broker.Store;

/// <summary>
/// Lets a read skip messages that its reader does not want. The queue's entry is asked first, since it costs nothing;
/// only what passes there, and only of filters that <see cref="ReadsProperties"/>, the message itself.
/// Any thread may ask, at the same time.
/// </summary>
public abstract class MessageFilter
{
    /// <summary>Lets every message pass: the subscription <c>*</c>.</summary>
    public static MessageFilter All { get; } = new AllMessages();

    /// <summary>Whether <see cref="MatchesMessage"/> decides, so that the message must be looked at.</summary>
    public virtual bool ReadsProperties => false;

    /// <summary>Whether a queue entry with this tags code (protocol.md §3.5) may be wanted.</summary>
    public virtual bool MatchesTag(long tagsCode) => true;

    /// <summary>Whether a message with these properties, in their stored form, is wanted.</summary>
    public virtual bool MatchesMessage(ReadOnlySpan<byte> properties) => true;

    sealed class AllMessages : MessageFilter;
}
