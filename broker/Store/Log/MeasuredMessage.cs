using Broker.Protocol.Messages;
using Broker.Store.Queues;

namespace Broker.Store.Log;

/// <summary>What can be known of a message before it has its place: computed outside the log's lock.</summary>
readonly struct MeasuredMessage
{
    /// <summary>
    /// Stored bytes; -1 when a length exceeds its field, or leaves less room in it than was asked for.
    /// </summary>
    public int Size { get; private init; }

    public int BodyCrc { get; private init; }

    /// <summary>Hash of the tag; in the schedule topic the delay in ms, to which the store time is added.</summary>
    public long TagsCode { get; private init; }

    public bool IsDelayed { get; private init; }

    /// <summary>False for half messages and rollbacks, which take no queue offset.</summary>
    public bool IsQueued { get; private init; }

    /// <summary>The first added byte that the message gets: a part of a batch keeps its own id.</summary>
    int AddedFrom { get; init; }

    public static MeasuredMessage Of(
        in AppendRequest request,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        ReadOnlySpan<byte> storeHost,
        TagsCodes tagsCodes
    )
    {
        var hasOwnId =
            request.SharedIdBytes > 0 && MessageProperties.TryGet(properties, PropertyNames.UniqueKey, out _);
        var addedFrom = hasOwnId ? request.SharedIdBytes : 0;
        var unplaced = new MeasuredMessage { AddedFrom = addedFrom };
        var parts = Parts(request, body, properties, request.Flag, storeHost, unplaced, 0, 0, 0);
        var fits =
            MessageEncoder.PropertiesBytes(parts) + request.ReservedPropertyBytes <= MessageLayout.PropertiesBytesMax;
        var code = tagsCodes.Of(request.Queue.Topic, properties, request.AddedProperties, out var isDelayed);
        return new MeasuredMessage
        {
            Size = fits ? MessageEncoder.Size(parts) : -1,
            AddedFrom = addedFrom,
            BodyCrc = Crc32.OfBody(body),
            TagsCode = code,
            IsDelayed = isDelayed,
            IsQueued = IsInQueue(request.SysFlag),
        };
    }

    public static bool IsInQueue(int sysFlag) =>
        SysFlag.Transaction(sysFlag) is SysFlag.TransactionNone or SysFlag.TransactionCommit;

    public void Encode(
        in AppendRequest request,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        int flag,
        ReadOnlySpan<byte> storeHost,
        in BatchEntry entry,
        Span<byte> target
    ) =>
        MessageEncoder.Encode(
            Parts(
                request,
                body,
                properties,
                flag,
                storeHost,
                this,
                entry.QueueOffset,
                entry.Position,
                entry.StoreTimestamp
            ),
            target
        );

    static MessageParts Parts(
        in AppendRequest request,
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> properties,
        int flag,
        ReadOnlySpan<byte> storeHost,
        in MeasuredMessage measured,
        long queueOffset,
        long position,
        long storeTimestamp
    ) =>
        new()
        {
            Topic = request.Queue.Topic.NameBytes.Span,
            Body = body,
            BodyCrc = measured.BodyCrc,
            Properties = properties,
            AddedProperties = request.AddedProperties[measured.AddedFrom..],
            BornHost = request.BornHost,
            StoreHost = storeHost,
            QueueId = request.Queue.QueueId,
            Flag = flag,
            QueueOffset = queueOffset,
            PhysicalOffset = position,
            SysFlag = request.SysFlag,
            BornTimestamp = request.BornTimestamp,
            StoreTimestamp = storeTimestamp,
            ReconsumeTimes = request.ReconsumeTimes,
            PreparedTransactionOffset = request.PreparedTransactionOffset,
        };
}
