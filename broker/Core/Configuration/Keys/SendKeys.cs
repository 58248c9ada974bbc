using static Broker.Core.Configuration.ConfigSection;
using static Broker.Core.Configuration.Keys.KeyKinds;

namespace Broker.Core.Configuration.Keys;

/// <summary>What is taken, and when it is refused.</summary>
static class SendKeys
{
    public static readonly ConfigKey[] All =
    [
        Int(
            Sending,
            "maxMessageSize",
            Live,
            1,
            128 * 1024 * 1024,
            o => o.MaxMessageSize,
            (o, v) => o.MaxMessageSize = v,
            "Bytes of a message body at most."
        ),
        Int(
            Sending,
            "maxDeferredMessageSize",
            Live,
            0,
            128 * 1024 * 1024,
            o => o.MaxDeferredMessageSize,
            (o, v) => o.MaxDeferredMessageSize = v,
            "The same of messages with a delay or a time of delivery and of transactions; 0: as maxMessageSize."
        ),
        Words(
            Sending,
            "retryMaxTimesFrom",
            Live,
            [("SENDER", RetrySource.Sender), ("LAST_MEMBER", RetrySource.LastMember), ("GROUP", RetrySource.Group)],
            o => o.RetryMaxTimesFrom,
            (o, v) => o.RetryMaxTimesFrom = v,
            "Whose number of retries counts: of the SENDER (the member that sends the message back; Java's say 16), of "
                + "the LAST_MEMBER of the group that was started with a number, or the GROUP's retryMaxTimes."
        ),
        Bool(
            Sending,
            "enableTopicMessageTypeCheck",
            Live,
            o => o.EnableTopicMessageTypeCheck,
            (o, v) => o.EnableTopicMessageTypeCheck = v,
            "Refuse messages that are not of their topic's type (attribute message.type)."
        ),
        Checked(
            Sending,
            "messageDelayLevel",
            AtStart,
            o => o.MessageDelayLevel,
            (o, v) => o.MessageDelayLevel = v,
            v => DelayLevels.TryParse(v, out _) ? null : "times such as 1s 5s 10s 30s 1m 2m, separated by blanks",
            "The delay levels, each a number with s, m, h or d."
        ),
        Int(
            Sending,
            "osPageCacheBusyTimeOutMills",
            Live,
            1,
            600_000,
            o => o.OsPageCacheBusyTimeOutMs,
            (o, v) => o.OsPageCacheBusyTimeOutMs = v,
            "Milliseconds one append may block the log before further sends are answered SYSTEM_BUSY."
        ),
        Bool(
            Sending,
            "storeReplyMessageEnable",
            Live,
            o => o.StoreReplyMessageEnable,
            (o, v) => o.StoreReplyMessageEnable = v,
            "Store the replies of request-reply besides handing them to the requester."
        ),
        Long(
            Sending,
            "startAcceptSendRequestTimeStamp",
            Live,
            0,
            long.MaxValue,
            o => o.StartAcceptSendRequestTimeStamp,
            (o, v) => o.StartAcceptSendRequestTimeStamp = v,
            "Unix milliseconds before which sends are refused."
        ),
    ];
}
