using Broker.Store.Files;

namespace Broker.Store.Timers;

/// <summary>
/// Makes one run of several of the same tier, some records at a time, while the old ones are still read. Records that
/// are taken from those meanwhile are the first ones of the new run, since both have the same order.
/// </summary>
sealed class TimerMerge : IDisposable
{
    readonly TimerRun[] _runs;
    readonly TimerRunReader[] _rests;
    readonly long _takenBefore;
    readonly TimerRunWriter _writer;

    public TimerMerge(IFileSystem files, string directory, long number, TimerRun[] runs)
    {
        _runs = runs;
        _rests = [.. runs.Select(run => run.Rest())];
        _takenBefore = runs.Sum(run => run.Taken);
        _writer = new TimerRunWriter(files, directory, number, runs[0].Tier + 1);
    }

    public IReadOnlyList<TimerRun> Runs => _runs;

    /// <summary>Copies up to so many records; true when all are copied.</summary>
    public bool Copy(int records)
    {
        for (; records > 0; records--)
        {
            TimerRunReader? first = null;
            foreach (var rest in _rests)
            {
                if (!rest.IsAtEnd && (first is null || rest.Head < first.Head))
                    first = rest;
            }
            if (first is null)
                return true;
            _writer.Add(first.Head);
            first.Advance();
        }
        return false;
    }

    /// <summary>The new run, to be used instead of the old ones.</summary>
    public TimerRun Finish() => _writer.Finish(_runs.Sum(run => run.Taken) - _takenBefore);

    public void Dispose() => _writer.Dispose();
}
