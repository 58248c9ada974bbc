namespace Broker.Store.Files;

/// <summary>An open file of the cache, with its place in the order of use. Guarded by the cache.</summary>
sealed class OpenFile
{
    public OpenFile(CachedFile owner, IFile file)
    {
        File = file;
        Place = new LinkedListNode<CachedFile>(owner);
    }

    public IFile File { get; }

    public LinkedListNode<CachedFile> Place { get; }

    /// <summary>Calls under way.</summary>
    public int Users { get; set; }

    /// <summary>Left the cache: the last user closes it.</summary>
    public bool IsLeaving { get; set; }
}
