namespace Operator.Plan.Remote;

/// <summary>
/// The claims to one instance that count: of living resources that may be carried out. Built once a pass, because every
/// resource asks it, and there may be ten thousand.
/// </summary>
public sealed class ClaimTable
{
    static readonly IComparer<Claim> ByAge = Comparer<Claim>.Create(
        (a, b) =>
            a.Precedes(b) ? -1
            : b.Precedes(a) ? 1
            : 0
    );

    /// <summary>Nobody claims anything.</summary>
    public static readonly ClaimTable Empty = new([]);

    /// <summary>The oldest claim of each name.</summary>
    readonly Dictionary<string, Claim> first = new(StringComparer.Ordinal);

    /// <summary>How many names are taken by claims before this one, by uid.</summary>
    readonly Dictionary<string, int> before = new(StringComparer.Ordinal);

    ClaimTable(IEnumerable<Claim> claims)
    {
        foreach (var claim in claims.Order(ByAge))
        {
            before[claim.Uid] = first.Count;
            first.TryAdd(claim.RealName, claim);
        }
    }

    /// <summary>The table of these claims.</summary>
    public static ClaimTable Of(IEnumerable<Claim> claims) => new(claims);

    /// <summary>
    /// The claim that keeps a resource from its name; null when there is none, or the resource claims nothing itself.
    /// </summary>
    public Claim? Winner(string realName, string uid) =>
        before.ContainsKey(uid) && first.TryGetValue(realName, out var winner) && winner.Uid != uid ? winner : null;

    /// <summary>Who has a name when the resource of that uid is gone; null for nobody.</summary>
    public Claim? Heir(string realName, string uid) =>
        first.TryGetValue(realName, out var heir) && heir.Uid != uid ? heir : null;

    /// <summary>How many names older claims take; null when the resource claims nothing.</summary>
    public int? NamesBefore(string uid) => before.TryGetValue(uid, out var count) ? count : null;
}
