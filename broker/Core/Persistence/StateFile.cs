using Broker.Core.Configuration;
using Broker.Protocol.Bodies;
using Broker.Protocol.Json;
using Broker.Remoting;
using Broker.Store;

namespace Broker.Core.Persistence;

/// <summary>
/// One JSON file below <c>config/</c> with the state of a table: read with its backup, written under a version that
/// grows with each write, either at once or when somebody asks and something has changed.
/// </summary>
/// <param name="folder">Where the file is.</param>
/// <param name="name">Its name, Apache's.</param>
/// <param name="time">Stamps the versions.</param>
/// <param name="withoutIt">
/// The rest of "Restore one of them, or remove both", for whoever finds the file damaged.
/// </param>
/// <param name="sync">
/// Makes the log durable. Needed where the content names positions of the log or its queues: after a power cut the file
/// must not speak of more than the log has.
/// </param>
/// <param name="turn">Whose turn it is to change the file; null where no requests do.</param>
sealed class StateFile(
    ConfigFolder folder,
    string name,
    TimeProvider time,
    string withoutIt,
    Action? sync = null,
    RequestTurn? turn = null
)
{
    readonly Lock _saving = new();
    Numbered _version = new(default);
    long _changes;
    long _savedChanges;

    /// <summary>Version of what is in the file. Does not wait for a write.</summary>
    public DataVersion Version => Volatile.Read(ref _version).Version;

    /// <summary>
    /// To be held around a change that is written at once, before any lock: a thread that serves requests must not wait
    /// for another one's write.
    /// </summary>
    /// <exception cref="PostponedException">It is another thread's turn.</exception>
    public RequestTurn.Holding BeginChange() => turn?.Take() ?? default;

    /// <summary>
    /// Hands over the content of the file, or that of its backup where the file is missing or cannot be used; false
    /// when there is neither.
    /// </summary>
    /// <param name="problem">Null, or what makes the content another thing than this table.</param>
    /// <param name="adopt">Takes content that has no problem.</param>
    /// <exception cref="ConfigException">Neither can be used.</exception>
    public bool Load(Func<FastJson, string?> problem, Action<FastJson> adopt)
    {
        var (content, older) = (folder.ReadOriginal(name), folder.ReadBackup(name));
        if (content is null && older is null)
            return false;
        if (TryAdopt(content, problem, adopt) is not { } unusable)
            return true;
        if (TryAdopt(older, problem, adopt) is { } unusableBackup)
        {
            throw new ConfigException(
                $"config/{name} cannot be used: {unusable}. Its backup config/{name}.bak cannot be used either: "
                    + $"{unusableBackup}. Restore one of them, or remove both{withoutIt}"
            );
        }
        folder.UseBackup(name, unusable);
        return true;
    }

    /// <summary>
    /// Whoever knows the content by its version must ask for it again, though nothing of it has changed. Writes
    /// nothing.
    /// </summary>
    public void Renumber()
    {
        lock (_saving)
            SetVersion(NextVersion());
    }

    /// <summary>Something has changed: the next <see cref="Persist"/> writes. Costs next to nothing.</summary>
    public void Touch() => Interlocked.Increment(ref _changes);

    /// <summary>Writes if something has changed since the last time; durable when the call returns.</summary>
    /// <param name="content">The whole file under its new version, from a state that has all changes so far.</param>
    /// <exception cref="IOException">Nothing is lost: the file is as it was, and the next call tries again.</exception>
    public void Persist(Func<DataVersion, byte[]> content)
    {
        lock (_saving)
        {
            var changes = Interlocked.Read(ref _changes);
            if (changes == _savedChanges)
                return;
            SaveLocked(content);
            _savedChanges = changes;
        }
    }

    /// <summary>Writes; durable when the call returns.</summary>
    /// <param name="content">The whole file under its new version.</param>
    /// <exception cref="IOException">The file is as it was.</exception>
    public void Save(Func<DataVersion, byte[]> content)
    {
        lock (_saving)
            SaveLocked(content);
    }

    void SaveLocked(Func<DataVersion, byte[]> content)
    {
        var version = NextVersion();
        var bytes = content(version);
        // In this order: the log then has all that the content, made before, speaks of.
        sync?.Invoke();
        folder.Write(name, bytes);
        SetVersion(version);
    }

    DataVersion NextVersion() => _version.Version.Next(time.GetUtcNow().ToUnixTimeMilliseconds());

    void SetVersion(DataVersion version) => Volatile.Write(ref _version, new Numbered(version));

    /// <summary>Null, or why the content cannot be used; then nothing of it was taken.</summary>
    string? TryAdopt(byte[]? content, Func<FastJson, string?> problem, Action<FastJson> adopt)
    {
        if (content is null)
            return "it is missing";
        if (content.Length == 0)
            return "it is empty";
        if (!FastJson.TryParse(content, out var json, out var damage))
            return damage;
        if (problem(json) is { } wrong)
            return wrong;
        SetVersion(DataVersion.Read(json["dataVersion"]));
        adopt(json);
        // What was read is what is on disk, however it was put into the table.
        _savedChanges = Interlocked.Read(ref _changes);
        return null;
    }

    sealed record Numbered(DataVersion Version);
}
