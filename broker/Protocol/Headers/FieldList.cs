using System.Collections;
using System.Globalization;

namespace Broker.Protocol.Headers;

/// <summary>
/// Fields to be sent, in the order they are added: <c>new FieldList { { "topic", topic }, { "queueId", 3 } }</c>.
/// For requests that are not on a hot path; answers are written with <see cref="FrameWriter"/>.
/// </summary>
public sealed class FieldList : IEnumerable<KeyValuePair<string, string>>
{
    readonly List<KeyValuePair<string, string>> pairs = [];

    /// <summary>How many fields there are.</summary>
    public int Count => pairs.Count;

    /// <summary>Adds a text. Null is left out: the protocol has no null values.</summary>
    public void Add(string name, string? value)
    {
        if (value is not null)
            pairs.Add(new KeyValuePair<string, string>(name, value));
    }

    /// <summary>Adds a number as decimal text.</summary>
    public void Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds <c>true</c> or <c>false</c>.</summary>
    public void Add(string name, bool value) => Add(name, value ? "true" : "false");

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => pairs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
