namespace Operator.Control.Observe;

/// <summary>Told of every object that this process wrote, as the API server answered it.</summary>
interface IWriteNotes<in T>
{
    /// <summary>The object has been written and is now this.</summary>
    void Wrote(T entity);
}
