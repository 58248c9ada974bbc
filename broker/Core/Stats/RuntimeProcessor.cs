using System.Globalization;
using Broker.Core.Configuration;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Files;

namespace Broker.Core.Stats;

/// <summary>
/// Serves GET_BROKER_RUNTIME_INFO (28): a table of texts for tools (protocol.md §2.3). Keys of pools that this broker
/// does not have
/// say that nothing waits, since tools show them.
/// </summary>
sealed class RuntimeProcessor(
    BrokerOptions options,
    BrokerStats stats,
    MessageStore store,
    IFileSystem files,
    DateTimeOffset startedAt,
    Func<BrokerStanding> standing,
    TimeProvider time
)
{
    /// <summary>The name of the version that we answer with, see <see cref="ClientVersion.Current"/>.</summary>
    const string VersionName = "V5_3_3";

    static readonly string[] Pools = ["send", "pull", "query", "litePull"];

    public void Register(ProcessorTable processors) => processors.Map(RequestCode.GetBrokerRuntimeInfo, Answer);

    void Answer(Request request)
    {
        var table = new Dictionary<string, string>();
        AddVersion(table);
        AddTraffic(table);
        AddStore(table);
        foreach (var pool in Pools)
        {
            table[$"{pool}ThreadPoolQueueSize"] = "0";
            table[$"{pool}ThreadPoolQueueCapacity"] = "0";
            table[$"{pool}ThreadPoolQueueHeadWaitTimeMills"] = "0";
        }
        request.Reply(KvTable.ToJson(table));
    }

    void AddVersion(Dictionary<string, string> table)
    {
        var running = time.GetUtcNow() - startedAt;
        table["brokerVersion"] = Text(ClientVersion.Current);
        table["brokerVersionDesc"] = VersionName;
        table["brokerActive"] = standing().IsMaster ? "true" : "false";
        table["bootTimestamp"] = Text(startedAt.ToUnixTimeMilliseconds());
        table["startAcceptSendRequestTimeStamp"] = Text(options.StartAcceptSendRequestTimeStamp);
        table["runtime"] =
            $"[ {running.Days} days, {running.Hours} hours, {running.Minutes} minutes, {running.Seconds} seconds ]";
    }

    void AddTraffic(Dictionary<string, string> table)
    {
        var (put, found, miss, total, transferred) = stats.Rates();
        table["putTps"] = put;
        table["getFoundTps"] = found;
        table["getMissTps"] = miss;
        table["getTotalTps"] = total;
        // Older tools look for the misspelt name.
        table["getTransferredTps"] = transferred;
        table["getTransferedTps"] = transferred;
        table["putMessageTimesTotal"] = Text(stats.Stored.Messages);
        table["putMessageSizeTotal"] = Text(stats.Stored.Bytes);
        table["putMessageAverageSize"] = Text(
            stats.Stored.Messages == 0 ? 0 : stats.Stored.Bytes / stats.Stored.Messages
        );
        table["msgPutTotalYesterdayMorning"] = Text(stats.PutDays.YesterdayMorning);
        table["msgPutTotalTodayMorning"] = Text(stats.PutDays.TodayMorning);
        table["msgPutTotalTodayNow"] = Text(stats.Stored.Messages);
        table["msgGetTotalYesterdayMorning"] = Text(stats.GetDays.YesterdayMorning);
        table["msgGetTotalTodayMorning"] = Text(stats.GetDays.TodayMorning);
        table["msgGetTotalTodayNow"] = Text(stats.Delivered.Messages);
    }

    void AddStore(Dictionary<string, string> table)
    {
        var disk = files.Space(options.StorePathRootDir);
        table["commitLogMinOffset"] = Text(store.MinPosition.Value);
        table["commitLogMaxOffset"] = Text(store.MaxPosition.Value);
        table["earliestMessageTimeStamp"] = Text(store.EarliestStoreTime);
        table["commitLogDiskRatio"] = disk.UsedRatio.ToString(CultureInfo.InvariantCulture);
        table["consumeQueueDiskRatio"] = table["commitLogDiskRatio"];
        table["commitLogDirCapacity"] = $"Total : {Gibibytes(disk.Total)}, Free : {Gibibytes(disk.Available)}.";
        table["pageCacheLockTimeMills"] = "0";
        table["dispatchBehindBytes"] = "0";
        table["remainHowManyDataToFlush"] = "0 B";
        table["timerReadBehind"] = "0";
        table["timerOffsetBehind"] = "0";
        table["timerCongestNum"] = "0";
        table["timerEnqueueTps"] = "0.0";
        table["timerDequeueTps"] = "0.0";
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Gibibytes(long bytes) =>
        (bytes / (double)(1 << 30)).ToString("F1", CultureInfo.InvariantCulture) + " GiB";
}
