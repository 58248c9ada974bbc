using Broker.Store;

namespace Broker.Core.Waiting;

/// <summary>
/// The filters by properties of the requests in one list, each once. What they say of a message is found out before the
/// lock is taken that all lists share: it means reading the message, and running what a client wrote.
/// </summary>
sealed class PropertyFilters
{
    /// <summary>Filters that are asked; requests with others look for themselves when they are woken.</summary>
    const int KnownMax = 16;

    volatile Known _known = new([], []);

    /// <summary>No request in the list reads properties.</summary>
    public bool IsEmpty => _known.Filters.Length == 0;

    /// <summary>A request waits. Under the lock.</summary>
    public void AddLocked(MessageFilter filter)
    {
        if (!filter.ReadsProperties)
            return;
        var known = _known;
        var index = Array.IndexOf(known.Filters, filter);
        if (index >= 0)
        {
            known.Counts[index]++;
            return;
        }
        // Those that nobody waits with are kept as long as there is room: the next request most likely has one of them.
        var kept = known.Filters.Length < KnownMax ? known : known.Used();
        if (kept.Filters.Length < KnownMax)
            _known = new Known([.. kept.Filters, filter], [.. kept.Counts, 1]);
    }

    /// <summary>A request waits no longer. Under the lock.</summary>
    public void RemoveLocked(MessageFilter filter)
    {
        var known = _known;
        var index = filter.ReadsProperties ? Array.IndexOf(known.Filters, filter) : -1;
        if (index >= 0 && known.Counts[index] > 0)
            known.Counts[index]--;
    }

    /// <summary>Asks the filters that requests wait with. Without the lock.</summary>
    public FilterVerdicts Ask(MessageStore store, in Arrival arrival)
    {
        var known = _known;
        var (asked, wanted) = (0u, 0u);
        for (var i = 0; i < known.Filters.Length; i++)
        {
            if (Volatile.Read(ref known.Counts[i]) == 0)
                continue;
            asked |= 1u << i;
            if (store.IsWanted(known.Filters[i], arrival))
                wanted |= 1u << i;
        }
        return new FilterVerdicts(known.Filters, asked, wanted);
    }

    sealed record Known(MessageFilter[] Filters, int[] Counts)
    {
        public Known Used()
        {
            var used = Enumerable.Range(0, Filters.Length).Where(i => Counts[i] > 0).ToArray();
            return new Known([.. used.Select(i => Filters[i])], [.. used.Select(i => Counts[i])]);
        }
    }
}
