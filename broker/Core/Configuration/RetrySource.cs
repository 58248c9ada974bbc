namespace Broker.Core.Configuration;

/// <summary>Whose number of retries counts for a message that a consumer could not handle.</summary>
public enum RetrySource
{
    /// <summary>The member's that sends it back, as with Apache; the group's when it says none.</summary>
    Sender,

    /// <summary>The member's that was started last of those that have one; until one says it, as Sender.</summary>
    LastMember,

    /// <summary>The group's, whatever its members ask for.</summary>
    Group,
}
