using System.Text;
using Microsoft.Extensions.Logging;

namespace Broker.Core.Groups;

/// <summary>
/// Tells the log of groups whose members have come to want different things, and of those that agree again. It looks
/// now and then, so a group has one line a look at most, and what lasts for a moment while members are restarted has
/// none. Used by one thread at a time.
/// </summary>
sealed class AgreementWatch(SubscriptionGroups groups, ConsumerGroups consumers, ILogger logger)
{
    /// <summary>How often to <see cref="Look"/>: long enough for the members of a group to be started.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A common mistake in a thousand groups fills no log; the rest is told by the next looks.</summary>
    const int LinesMax = 20;

    /// <summary>Groups that the log says differ, and that exist.</summary>
    readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>Tells what has changed since the last look.</summary>
    public void Look()
    {
        var lines = 0;
        foreach (var group in consumers.All)
        {
            if (lines == LinesMax)
                break;
            if (group.IsConsistent ? !_told.Remove(group.Name) : _told.Contains(group.Name))
                continue;
            lines++;
            if (group.IsConsistent)
                GroupLog.Agree(logger, group.Name);
            else if (group.Difference() is { Length: > 0 } difference && _told.Add(group.Name))
                GroupLog.Differ(logger, group.Name, difference);
        }
        // A group whose members have all left is told of when they are back: only then it is known what they want.
        _told.RemoveWhere(name => !groups.TryGet(Encoding.UTF8.GetBytes(name), out _));
    }
}
