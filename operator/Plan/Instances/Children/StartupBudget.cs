using k8s.Models;

namespace Operator.Plan.Instances.Children;

/// <summary>How long a process may take to its first ready answer: a broker may have to scan its whole log.</summary>
static class StartupBudget
{
    /// <summary>Pull apart from it, a process without data starts in a second or two.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(60);

    static readonly TimeSpan Most = TimeSpan.FromMinutes(30);

    /// <summary>
    /// 60 s, and 10 s for each GiB that may have to be read: a slow disk's 100 MiB/s. At most 30 minutes.
    /// </summary>
    public static TimeSpan OfVolume(ResourceQuantity size)
    {
        var wanted = Least.TotalSeconds + (double)(size.ToDecimal() / (1L << 30)) * 10;
        return TimeSpan.FromSeconds(Math.Ceiling(Math.Min(wanted, Most.TotalSeconds)));
    }
}
