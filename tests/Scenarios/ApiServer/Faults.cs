namespace Scenarios.ApiServer;

/// <summary>The faults that are switched on. Of several rules for a call the first that is due counts.</summary>
public sealed class Faults
{
    readonly Lock gate = new();
    readonly List<(FaultRule Rule, int Seen)> rules = [];
    (int Left, Func<ApiCall, bool> Which, bool LoseAnswer, TaskCompletionSource Reached)? end;
    bool closed;

    public void Add(FaultRule rule)
    {
        lock (gate)
            rules.Add((rule, 0));
    }

    /// <summary>Every call from now on, for example <c>Everything(Fault.Cut)</c>.</summary>
    public void Everything(Fault fault) => Add(new FaultRule(fault));

    public void Clear()
    {
        lock (gate)
        {
            rules.Clear();
            end = null;
            closed = false;
        }
    }

    /// <summary>
    /// The caller's end, seen from the server: so many calls are served, then all are cut until <see cref="Clear"/>.
    /// </summary>
    /// <param name="which">The calls that count; every one is served until the end.</param>
    /// <param name="loseAnswer">The last call that counts is carried out and its answer lost.</param>
    /// <returns>Completes at the end: the moment to stop the real caller.</returns>
    public Task EndAfter(int calls, Func<ApiCall, bool>? which = null, bool loseAnswer = false)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
            end = (calls, which ?? (_ => true), loseAnswer, reached);
        return reached.Task;
    }

    internal Fault? For(ApiCall call)
    {
        lock (gate)
        {
            if (closed)
                return Fault.Cut;
            if (end is { } e && e.Which(call))
            {
                end = e with { Left = e.Left - 1 };
                if (e.Left <= 1)
                {
                    closed = true;
                    e.Reached.TrySetResult();
                    return e.Left < 1 ? Fault.Cut
                        : e.LoseAnswer ? Fault.CutAfterwards
                        : null;
                }
            }
            for (var i = 0; i < rules.Count; i++)
            {
                var (rule, seen) = rules[i];
                if (!rule.Matches(call))
                    continue;
                rules[i] = (rule, seen + 1);
                if (seen >= rule.Skip && (rule.Times is not { } times || seen < rule.Skip + times))
                    return rule.Fault;
            }
            return null;
        }
    }
}
