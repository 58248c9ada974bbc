using System.Collections.Concurrent;

namespace Operator.Control.Catalogues;

/// <summary>
/// A master's table as it was read, with what this process has changed since, so that a change does not cost another
/// reading of the whole table. Only passes of its instance touch it, several resources at a time.
/// </summary>
sealed class MasterTable<TConfig>(IReadOnlyDictionary<string, TConfig> read)
    where TConfig : class
{
    readonly ConcurrentDictionary<string, TConfig> _held = new(read);

    public IReadOnlyDictionary<string, TConfig> Held => _held;

    public void Put(string name, TConfig config) => _held[name] = config;

    public void Remove(string name) => _held.TryRemove(name, out _);
}
