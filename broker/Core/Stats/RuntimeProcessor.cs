using System.Globalization;
using Broker.Core.Configuration;
using Broker.Core.Delay;
using Broker.Protocol;
using Broker.Protocol.Bodies;
using Broker.Remoting;
using Broker.Store;
using Broker.Store.Files;
using Broker.Store.Timers;

namespace Broker.Core.Stats;

/// <summary>
/// Serves GET_BROKER_RUNTIME_INFO (28): a table of texts for tools (protocol.md §2.3), with every key of the reference.
/// Where the reference has pools of threads, requests are served here as they are read: nothing waits for a thread, and
/// what is written for a pool is what waits behind it.
/// </summary>
sealed class RuntimeProcessor(
    BrokerOptions options,
    BrokerStats stats,
    MessageStore store,
    DelayService delays,
    IFileSystem files,
    DateTimeOffset startedAt,
    Func<BrokerStanding> standing,
    TimeProvider time
)
{
    /// <summary>The name of the version that we answer with, see <see cref="ClientVersion.Current"/>.</summary>
    const string VersionName = "V5_3_3";

    /// <summary>What the reference says when it has no transient pool of memory.</summary>
    const int NoTransientPool = int.MaxValue;

    /// <summary>Pools whose requests never wait here.</summary>
    static readonly string[] Pools = ["pull", "query", "litePull", "ack"];

    public void Register(ProcessorTable processors) => processors.Map(RequestCode.GetBrokerRuntimeInfo, Answer);

    void Answer(Request request)
    {
        var table = new Dictionary<string, string>();
        AddVersion(table);
        // Ours alone: a log is read by few, and the operator shows this in the instance's conditions.
        if (options.IgnoredSettings.Count > 0)
            table["ignoredSettings"] = string.Join('\n', options.IgnoredSettings);
        AddTraffic(table);
        var figures = store.Figures();
        AddStore(table, figures);
        AddPuts(table, figures);
        AddQueues(table, figures);
        foreach (var (level, delivered, end) in delays.Progress())
            table[$"scheduleMessageOffset_{level}"] = $"{delivered},{end}";
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
            stats.Stored.Messages == 0 ? 0 : (double)stats.Stored.Bytes / stats.Stored.Messages
        );
        table["msgPutTotalYesterdayMorning"] = Text(stats.PutDays.YesterdayMorning);
        table["msgPutTotalTodayMorning"] = Text(stats.PutDays.TodayMorning);
        table["msgPutTotalTodayNow"] = Text(stats.Stored.Messages);
        table["msgGetTotalYesterdayMorning"] = Text(stats.GetDays.YesterdayMorning);
        table["msgGetTotalTodayMorning"] = Text(stats.GetDays.TodayMorning);
        table["msgGetTotalTodayNow"] = Text(stats.Delivered.Messages);
    }

    void AddPuts(Dictionary<string, string> table, in StoreFigures figures)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var times = figures.PutTimes;
        table["putMessageDistributeTime"] = times.Table(now);
        table["putLatency99"] = times.Percentile(0.99, now).ToString("F2", CultureInfo.InvariantCulture);
        table["putLatency999"] = times.Percentile(0.999, now).ToString("F2", CultureInfo.InvariantCulture);
        table["putMessageEntireTimeMax"] = Text(times.LongestMs);
        table["putMessageFailedTimes"] = Text(figures.NotStored);
        table["getMessageEntireTimeMax"] = Text(figures.ReadMsMax);
    }

    static void AddQueues(Dictionary<string, string> table, in StoreFigures figures)
    {
        foreach (var pool in Pools)
        {
            table[$"{pool}ThreadPoolQueueSize"] = "0";
            table[$"{pool}ThreadPoolQueueCapacity"] = Text(RemotingOptions.InFlightRequestsDefault);
            table[$"{pool}ThreadPoolQueueHeadWaitTimeMills"] = "0";
        }
        table["sendThreadPoolQueueSize"] = Text(figures.UnconfirmedMessages);
        table["sendThreadPoolQueueCapacity"] = Text(MessageStore.UnconfirmedMax);
        table["sendThreadPoolQueueHeadWaitTimeMills"] = Text(figures.WritingMs);
        table["EndTransactionQueueSize"] = "0";
        table["EndTransactionThreadPoolQueueCapacity"] = Text(RemotingOptions.InFlightRequestsDefault);
        table["dispatchMaxBuffer"] = "0";
        table["remainTransientStoreBufferNumbs"] = Text(NoTransientPool);
    }

    void AddStore(Dictionary<string, string> table, in StoreFigures figures)
    {
        var disk = files.Space(options.StorePathRootDir);
        table["commitLogMinOffset"] = Text(store.MinPosition.Value);
        table["commitLogMaxOffset"] = Text(store.MaxPosition.Value);
        table["earliestMessageTimeStamp"] = Text(store.EarliestStoreTime);
        table["commitLogDiskRatio"] = disk.UsedRatio.ToString(CultureInfo.InvariantCulture);
        table["consumeQueueDiskRatio"] = table["commitLogDiskRatio"];
        table["commitLogDirCapacity"] = $"Total : {Gibibytes(disk.Total)}, Free : {Gibibytes(disk.Available)}.";
        table[$"commitLogDiskRatio_{store.Options.CommitLogDirectory}"] = table["commitLogDiskRatio"];
        table["pageCacheLockTimeMills"] = Text(figures.WritingMs);
        table["dispatchBehindBytes"] = Text(figures.DispatchBehindBytes);
        table["remainHowManyDataToFlush"] = Readable(figures.FlushBehindBytes);
        var late = store.Timers.TryPeek(out var next) ? time.GetUtcNow().ToUnixTimeMilliseconds() - next.DueMs : 0;
        table["timerReadBehind"] = Text(Math.Max(0, late) / 1_000);
        table["timerOffsetBehind"] = Text(
            store.Topic(TimerIndex.Topic).Queue(0).MaxOffset.Value - store.Timers.Next.Value
        );
        table["timerCongestNum"] = Text(store.Timers.Count);
        table["timerEnqueueTps"] = "0.0";
        table["timerDequeueTps"] = "0.0";
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string Text(double number) => number.ToString("0.0##", CultureInfo.InvariantCulture);

    /// <summary>As the reference writes bytes: "744 B", "1.2 KiB".</summary>
    static string Readable(long bytes)
    {
        if (bytes < 1024)
            return $"{bytes} B";
        var exponent = (int)Math.Min(4, Math.Log(bytes, 1024));
        var value = (bytes / Math.Pow(1024, exponent)).ToString("F1", CultureInfo.InvariantCulture);
        return $"{value} {"KMGT"[exponent - 1]}iB";
    }

    static string Gibibytes(long bytes) =>
        (bytes / (double)(1 << 30)).ToString("F1", CultureInfo.InvariantCulture) + " GiB";
}
