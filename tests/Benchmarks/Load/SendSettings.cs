namespace Benchmarks.Load;

/// <summary>What a send load does.</summary>
/// <param name="Senders">Synchronous senders: each waits for its answer before it sends again.</param>
/// <param name="Connections">Connections that they share; the Java client has one.</param>
/// <param name="Bytes">Body size.</param>
/// <param name="Batch">Messages per request; 1 for plain sends.</param>
/// <param name="Json">JSON headers in place of binary ones.</param>
/// <param name="Warmup">Time before measuring begins.</param>
/// <param name="Measured">Time measured.</param>
/// <param name="Messages">Ends earlier after so many measured messages; 0 for no limit.</param>
/// <param name="Topics">
/// How many <see cref="Target.Numbered"/> topics are sent to in turn; 0 for the topic itself.
/// </param>
sealed record SendSettings(
    int Senders,
    int Connections,
    int Bytes,
    int Batch,
    bool Json,
    TimeSpan Warmup,
    TimeSpan Measured,
    long Messages,
    int Topics = 0
);
