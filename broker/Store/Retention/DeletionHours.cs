namespace Broker.Store.Retention;

/// <summary>
/// The hours of the day at which expired segments are deleted: <c>deleteWhen</c>, as <c>04</c> or <c>02;14</c>.
/// </summary>
static class DeletionHours
{
    /// <summary>Whether the text names the hour; what is no hour from 0 to 23 names none.</summary>
    public static bool Contains(string deleteWhen, int hour)
    {
        foreach (var part in deleteWhen.AsSpan().Split(';'))
        {
            if (int.TryParse(deleteWhen.AsSpan()[part].Trim(), out var named) && named == hour)
                return true;
        }

        return false;
    }
}
