namespace Scenarios.ApiServer;

/// <summary>What was asked of the server, the last hundred thousand calls of it.</summary>
public sealed class CallLog
{
    const int Limit = 100_000;

    readonly Lock gate = new();
    readonly Queue<ApiCall> calls = [];
    int count;

    /// <summary>All calls since the start or the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<ApiCall> All
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    /// <summary>Changes, without the renewals of leases that go on in steady state.</summary>
    public IReadOnlyList<ApiCall> Writes =>
        [.. All.Where(c => c.IsWrite && c.Resource != "leases.coordination.k8s.io")];

    public int Count(string? verb = null, string? resource = null, string? name = null) =>
        All.Count(c =>
            (verb ?? c.Verb) == c.Verb && (resource ?? c.Resource) == c.Resource && (name ?? c.Name) == c.Name
        );

    public void Clear()
    {
        lock (gate)
            calls.Clear();
    }

    internal ApiCall Add(Func<int, ApiCall> make)
    {
        lock (gate)
        {
            var call = make(++count);
            calls.Enqueue(call);
            if (calls.Count > Limit)
                calls.Dequeue();
            return call;
        }
    }
}
