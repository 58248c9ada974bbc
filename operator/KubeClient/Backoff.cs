namespace Operator.KubeClient;

/// <summary>
/// Delays that grow by a factor up to a limit, each shortened by up to half at random so that many do not come at
/// once.
/// </summary>
public sealed class Backoff(TimeSpan first, TimeSpan limit, Random random, double factor = 2)
{
    int attempts;

    /// <summary>The delay before the next try.</summary>
    public TimeSpan Next() => After(attempts++);

    /// <summary>What follows is as good as new.</summary>
    public void Reset() => attempts = 0;

    /// <param name="failures">How many times it failed before this one, from 0.</param>
    public TimeSpan After(int failures)
    {
        // Powers beyond this are over any limit and would become infinite.
        var whole = first.TotalMilliseconds * Math.Pow(factor, Math.Min(failures, 40));
        return TimeSpan.FromMilliseconds(Math.Min(whole, limit.TotalMilliseconds) * (0.5 + random.NextDouble() / 2));
    }
}
