using Broker.Protocol.Json;

namespace Broker.Protocol.Bodies;

/// <summary>Offsets by queue number: the body of code 308.</summary>
public static class CorrectionOffsets
{
    /// <summary>The body.</summary>
    public static byte[] ToJson(IEnumerable<KeyValuePair<int, long>> offsets)
    {
        var json = new FastJsonWriter();
        json.BeginObject().Name("correctionOffsets").BeginObject();
        foreach (var (queueId, offset) in offsets)
            json.Name(queueId).Value(offset);
        json.EndObject().EndObject();
        return json.ToArray();
    }
}
