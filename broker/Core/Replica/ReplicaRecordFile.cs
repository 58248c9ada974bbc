using Broker.Core.Configuration;
using Broker.Replication;
using Broker.Store.Files;

namespace Broker.Core.Replica;

/// <summary>
/// The replica's record on its volume, <c>replica.json</c> in the store's root folder. A write is durable when it
/// returns, and replaces the whole file or nothing. There is no backup: an older promise is worse than none.
/// </summary>
public sealed class ReplicaRecordFile(IFileSystem files, string folder)
{
    readonly string _path = Path.Combine(folder, "replica.json");

    /// <summary>The record, null when the folder has none yet.</summary>
    /// <exception cref="ConfigException">The file is damaged: this replica does not know what it has
    /// promised.</exception>
    public ReplicaRecord? Load()
    {
        if (!files.FileExists(_path))
            return null;
        using var file = files.Open(_path, readOnly: true);
        var content = new byte[file.Length];
        file.Read(content, 0);
        return ReplicaRecordText.TryRead(content, out var record, out var problem)
            ? record
            : throw new ConfigException(
                $"{_path} is damaged: {problem}. A replica that does not know its promises must not start; "
                    + "restore the file, or begin with an empty volume."
            );
    }

    /// <summary>Replaces the record.</summary>
    public void Save(ReplicaRecord record)
    {
        var temporary = _path + ".tmp";
        files.CreateDirectory(folder);
        files.DeleteFile(temporary);
        using (var file = files.Open(temporary))
        {
            file.Write(ReplicaRecordText.Write(record), 0);
            file.SyncData();
        }
        files.Rename(temporary, _path);
        files.SyncDirectory(folder);
    }
}
