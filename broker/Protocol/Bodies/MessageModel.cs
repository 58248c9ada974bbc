namespace Broker.Protocol.Bodies;

/// <summary>Who of a group gets a message; the values are the reference's ordinals.</summary>
public enum MessageModel
{
    /// <summary>BROADCASTING: every member.</summary>
    Broadcasting = 0,

    /// <summary>CLUSTERING: one member.</summary>
    Clustering = 1,
}
