using System.Collections.Frozen;

namespace Broker.Core.Configuration;

/// <summary>
/// Keys that Apache 5.3.3 knows and that change nothing here: thread pools, buffers and features that this broker does
/// not have. A broker.conf that was written for Apache starts; each such key is named in a warning.
/// </summary>
public static class ApacheKeys
{
    /// <summary>As listed by GET_BROKER_CONFIG (26) of a 5.3.3 broker, less <see cref="ConfigKeys.All"/>.</summary>
    public static readonly FrozenSet<string> WithoutEffect = Names
        .Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenSet();

    const string Names = """
        accessMessageInMemoryHotRatio accountStatsEnable accountStatsPrintZeroValues ackMessageThreadPoolNums
        ackThreadPoolQueueCapacity aclEnable adminBrokerThreadPoolNums adminBrokerThreadPoolQueueCapacity
        allAckInSyncStateSet allowRecallWhenBrokerNotWriteable appendAckAsync appendCkAsync asyncLearner
        asyncSendEnable autoDeleteUnusedStats autoMessageVersionOnTopicLen batchDispatchRequestThreadPoolNums
        bitMapLengthConsumeQueueExt bottomMostCompressionTypeForConsumeQueueStore broadcastOffsetExpireMaxSecond
        broadcastOffsetExpireSecond brokerElectionPriority brokerFastFailureEnable brokerHeartbeatInterval
        brokerNotActiveTimeoutMillis cgColdReadThreshold channelNotActiveInterval checkSyncStateSetPeriod
        cleanOfflineBrokerInterval cleanRocksDBDirtyCQIntervalMin cleanSwapedMapInterval
        clearRetryTopicWhenDeleteTopic clientAsyncSemaphoreValue clientCallbackExecutorThreads
        clientChannelMaxIdleTimeSeconds clientCloseSocketIfTimeout clientManageThreadPoolNums
        clientManagerThreadPoolQueueCapacity clientOnewaySemaphoreValue clientPooledByteBufAllocatorEnable
        clientSocketRcvBufSize clientSocketSndBufSize clientWorkerThreads coldCtrStrategyEnable
        coldDataFlowControlEnable coldDataScanEnable commercialBaseCount commercialSizePerMsg
        commitCommitLogLeastPages commitCommitLogThoroughInterval commitIntervalCommitLog
        commitLogForceSwapMapInterval commitLogSwapMapInterval commitLogSwapMapReserveFileNum
        compactionCqMappedFileSize compactionMappedFileSize compactionScheduleInternal compactionThreadNum
        compatibleWithOldNameSrv configBlackList configManagerVersion connectTimeoutMillis
        consumerManageThreadPoolNums consumerManagerThreadPoolQueueCapacity
        consumerOffsetUpdateVersionStep controllerAddr controllerHeartBeatTimeoutMills
        correctLogicMinOffsetForceInterval correctLogicMinOffsetSleepInterval dataReadAheadEnable debugLockEnable
        delayOffsetUpdateVersionStep deleteCommitLogFilesInterval
        deleteConsumeQueueFilesInterval deleteFileBatchMax destroyMapedFileIntervalForcibly disableCallbackExecutor
        disableNettyWorkerGroup disappearTimeAfterStart diskFallRecorded
        dispatchCqCacheNum dispatchCqThreads dispatchFromSenderThread duplicationEnable enableAsyncReput
        enableAutoInSyncReplicas enableBatchPush enableBroadcastOffsetStore enableBuildConsumeQueueConcurrently
        enableCalcFilterBitMap enableCleanExpiredOffset enableCompaction enableConsumeQueueExt enableControllerMode
        enableCreateSysGroup enableDLegerCommitLog enableDetailStat enableFastChannelEventProcess enableLmq
        enableLmqStats enableMixedMessageType enableMultiDispatch enableNetWorkFlowControl
        enableNotifyAfterPopOrderLockRelease enableNotifyBeforePopCalculateLag enablePopBatchAck
        enablePopBufferMerge enablePopLog enablePopMessageThreshold enableReconnectForGoAway
        enableRegisterProducer enableRemoteEscape enableRocksDBLog enableScheduleAsyncDeliver
        enableScheduleMessageStats enableShutdownGracefully enableSingleTopicRegister enableSkipLongAwaitingAck
        enableSlaveActingMaster enableSplitRegistration enabledAppendPropCRC endTransactionPoolQueueCapacity
        endTransactionThreadPoolNums estimateAccumulation expectConsumerNumUseFilter fastFailIfNoBufferInStorePool
        fetchControllerAddrByDnsLookup fetchNameSrvAddrByDnsLookup fetchNamesrvAddrByAddressServer
        fetchNamesrvAddrInterval filterDataCleanTimeSpan filterSupportRetry flushCommitLogLeastPages
        flushCommitLogThoroughInterval flushCommitLogTimed flushConsumeQueueLeastPages
        flushConsumeQueueThoroughInterval flushConsumerOffsetHistoryInterval flushDelayOffsetInterval
        flushLeastPagesWhenWarmMapedFile forceRegister forceVerifyPropCRC forwardTimeout globalColdReadThreshold
        haFlowControlEnable haHousekeepingInterval haMaxGapNotInSync haMaxTimeSlaveNotCatchup
        haSendHeartbeatInterval haTransferBatchSize heartbeatThreadPoolNums heartbeatThreadPoolQueueCapacity
        highSpeedMode inSyncReplicas initPopOffsetByCheckMsgInMem isBrokerContainer isInBrokerContainer
        isScanAvailableNameSrv isolateLogEnable litePullMessageEnable litePullMessageThreadPoolNums
        litePullThreadPoolQueueCapacity loadBalancePollNameServerInterval loadBalanceProcessorThreadPoolNums
        loadBalanceThreadPoolQueueCapacity lockInStrictMode logicQueueForceSwapMapInterval logicQueueSwapMapInterval
        logicQueueSwapMapReserveFileNum logicalDiskSpaceCleanForciblyThreshold mappedFileSizeConsumeQueueExt
        mappedFileSizeTimerLog mappedFileSwapEnable mapperFileSizeBatchConsumeQueue maxAsyncPutMessageRequests
        maxBatchDeleteFilesNum maxChecksumRange maxConsumeQueueScan maxErrorRateOfBloomFilter
        maxHaTransferByteInSecond maxLmqConsumeQueueNum maxOffsetMapSize
        maxReconnectIntervalTimeSeconds maxRecoveryCommitlogFiles maxSlaveResendLength maxStatsIdleTimeInMinutes
        maxTopicLength memTableFlushIntervalMs messageIndexSafe messageStorePlugIn metricGrpcExporterIntervalInMills
        metricGrpcExporterTimeOutInMills metricLoggingExporterIntervalInMills metricsExporterType
        metricsGrpcExporterHeader metricsGrpcExporterTarget metricsInDelta metricsLabel metricsOtelCardinalityLimit
        metricsPromExporterHost minInSyncReplicas notifyConsumerIdsChangedEnable offsetCheckInSlave
        popCkOffsetMaxQueueSize
        popConsumerFSServiceInit popConsumerKVServiceEnable popConsumerKVServiceInit popConsumerKVServiceLog
        popInflightMessageThreshold popLongPollingForceNotifyInterval popPollingMapSize
        popPollingSize popReviveMaxAttemptTimes popReviveMaxReturnSizePerRead
        printChannelGroups printChannelGroupsMinNum processReplyMessageThreadPoolNums pullBatchMaxMessageCount
        pullMessageThreadPoolNums pullThreadPoolQueueCapacity putConsumeQueueDataByFileChannel
        putMessageFutureThreadPoolNums putMessageTimeout putMsgIndexHightWater putThreadPoolQueueCapacity
        queryMessageThreadPoolNums queryThreadPoolQueueCapacity readUnCommitted realTimeNotifyConsumerChange
        realTimePersistRocksDBConfig recheckReputOffsetFromCq recoverConcurrently recoverThreadPoolNums
        redeleteHangedFileInterval rejectPullConsumerEnable replicasPerDiskPartition replyThreadPoolQueueCapacity
        reviveAckWaitMs reviveInterval reviveMaxSlow reviveScanTime rocketmqHome rocksdbCQDoubleWriteEnable
        rocksdbCompressionType rocksdbFlushWalFrequency rocksdbWalFileRollingThreshold sampleCountThreshold
        sampleSteps scheduleAsyncDeliverMaxPendingLimit scheduleAsyncDeliverMaxResendNum2Blocked
        searchBcqByCacheEnable sendHeartbeatTimeoutMillis sendMessageThreadPoolNums sendThreadPoolQueueCapacity
        serverAsyncSemaphoreValue serverCallbackExecutorThreads
        serverNettyWorkerGroupEnable serverOnewaySemaphoreValue serverPooledByteBufAllocatorEnable
        serverSelectorThreads serverSocketBacklog serverSocketRcvBufSize serverSocketSndBufSize serverWorkerThreads
        shutdownWaitTimeSeconds skipPreOnline skipWhenCKRePutReachMaxTimes slaveTimeout socksProxyConfig
        spinLockCollisionRetreatOptimalDegree splitRegistrationSize statRocksDBCQIntervalSec
        storeType subscriptionExpiredTimeout syncBrokerMemberGroupPeriod syncBrokerMetadataPeriod
        syncControllerMetadataPeriod syncFromLastFile syncMasterFlushOffsetWhenStartup timerCheckMetricsWhen
        timerColdDataCheckIntervalMs timerCongestNumEachSlot timerEnableCheckMetrics timerEnableDisruptor
        timerEnableRetryUntilSuccess timerGetMessageThreadNum timerInterceptDelayLevel timerMetricSmallThreshold
        timerProgressLogIntervalMs timerPutMessageThreadNum timerSkipUnknownError timerStopDequeue timerStopEnqueue
        timerWarmEnable topicQueueLockNum totalReplicas transactionMetricFlushInterval transactionOpBatchInterval
        transactionOpMsgMaxSize transferMsgByHeap transientStorePoolEnable transientStorePoolSize
        travelCqFileNumWhenGetMessage updateNameServerAddrPeriod useABSLock useEpollNativeSelector
        usePIDColdCtrStrategy useReentrantLockWhenPutMessage useStaticSubscription useTLS
        waitTimeMillsInAckQueue waitTimeMillsInAdminBrokerQueue waitTimeMillsInHeartbeatQueue
        waitTimeMillsInLitePullQueue waitTimeMillsInPullQueue waitTimeMillsInSendQueue
        waitTimeMillsInTransactionQueue wakeCommitWhenPutMessage wakeFlushWhenPutMessage warmMapedFileEnable
        writeBufferHighWaterMark writeBufferLowWaterMark
        """;
}
