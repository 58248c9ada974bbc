namespace Operator.Control;

/// <summary>When the next pass is due if nothing changes before.</summary>
static class Deadline
{
    /// <summary>The earliest of those that there are.</summary>
    public static TimeSpan Earliest(TimeSpan first, params ReadOnlySpan<TimeSpan?> others)
    {
        foreach (var other in others)
            if (other is { } time && time < first)
                first = time;
        return first;
    }
}
