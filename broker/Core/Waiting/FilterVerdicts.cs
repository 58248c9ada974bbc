using Broker.Store;

namespace Broker.Core.Waiting;

/// <summary>What the filters of waiting requests said of one arrived message.</summary>
/// <param name="Filters">The filters by properties.</param>
/// <param name="Asked">Bit i: filter i was asked.</param>
/// <param name="Wanted">Bit i: filter i wants the message.</param>
readonly record struct FilterVerdicts(MessageFilter[]? Filters, uint Asked, uint Wanted)
{
    /// <summary>
    /// Whether to wake a request with the filter. One that was not asked, because the request has just come or there
    /// are too many, counts as yes: the request looks for itself.
    /// </summary>
    public bool IsWanted(MessageFilter filter, in Arrival arrival)
    {
        if (!filter.MatchesTag(arrival.TagsCode))
            return false;
        if (!filter.ReadsProperties || Filters is null)
            return true;
        var index = Array.IndexOf(Filters, filter);
        return index < 0 || (Asked >> index & 1) == 0 || (Wanted >> index & 1) != 0;
    }
}
