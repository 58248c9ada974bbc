namespace Broker.Protocol.Headers;

/// <summary>Decodes a frame's header of either type. Does not look at the body and never throws on bad input.</summary>
public static class HeaderDecoder
{
    /// <summary>
    /// Decodes the header that lies at <paramref name="start"/>. JSON escapes are undone in place, so the bytes may
    /// change;
    /// <paramref name="header"/> points into <paramref name="buffer"/> afterwards.
    /// </summary>
    public static HeaderProblem Decode(byte[] buffer, int start, int length, byte serializeType, Header header)
    {
        if ((uint)start > (uint)buffer.Length || (uint)length > (uint)(buffer.Length - start))
            return HeaderProblem.HeaderLength;
        switch (serializeType)
        {
            case (byte)SerializeType.Json:
                header.Reset(buffer, SerializeType.Json);
                return JsonHeaderDecoder.Decode(buffer, start, length, header);
            case (byte)SerializeType.Binary:
                header.Reset(buffer, SerializeType.Binary);
                return BinaryHeaderDecoder.Decode(buffer, start, length, header);
            default:
                return HeaderProblem.UnknownSerializer;
        }
    }
}
