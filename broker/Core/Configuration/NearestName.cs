namespace Broker.Core.Configuration;

/// <summary>Finds the name that somebody probably meant.</summary>
public static class NearestName
{
    /// <summary>
    /// The candidate with the fewest edits (insert, delete, replace; case counts half), or null when none is near:
    /// more than a third of the letters would have to change.
    /// </summary>
    public static string? Of(string typed, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestCost = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var cost = Cost(typed, candidate);
            if (cost < bestCost)
            {
                bestCost = cost;
                best = candidate;
            }
        }
        return best is not null && bestCost <= 2 * Math.Max(1, typed.Length / 3) ? best : null;
    }

    /// <summary>Edit distance in half edits.</summary>
    static int Cost(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            row[j] = 2 * j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = 2 * i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = diagonal + ReplaceCost(a[i - 1], b[j - 1]);
                diagonal = row[j];
                row[j] = Math.Min(replace, 2 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }

    static int ReplaceCost(char a, char b) =>
        a == b ? 0
        : char.ToLowerInvariant(a) == char.ToLowerInvariant(b) ? 1
        : 2;
}
