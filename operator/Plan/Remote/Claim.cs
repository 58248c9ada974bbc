namespace Operator.Plan.Remote;

/// <summary>A resource's claim to a topic or consumer group of an instance.</summary>
/// <param name="Uid">The resource's uid.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its metadata.name.</param>
/// <param name="RealName">The name on the brokers.</param>
/// <param name="CreatedAt">When it was created.</param>
public sealed record Claim(string Uid, string Namespace, string Name, string RealName, DateTimeOffset CreatedAt)
{
    /// <summary>The older one wins, then the smaller uid: creation times have whole seconds.</summary>
    public bool Precedes(Claim other) =>
        CreatedAt != other.CreatedAt ? CreatedAt < other.CreatedAt : string.CompareOrdinal(Uid, other.Uid) < 0;
}
