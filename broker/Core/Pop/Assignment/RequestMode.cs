namespace Broker.Core.Pop.Assignment;

/// <summary>How the members of a group get the messages of a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="IsPop">They pop; otherwise each pulls from queues of its own.</param>
/// <param name="ShareQueues">
/// Whose queues a member pops from besides its own: those of so many members behind it; 0 or less: all.
/// </param>
readonly record struct RequestMode(string Topic, string Group, bool IsPop, int ShareQueues)
{
    /// <summary>By its Java name.</summary>
    public string Name => IsPop ? "POP" : "PULL";
}
