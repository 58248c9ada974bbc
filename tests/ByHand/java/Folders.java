import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.AckCallback;
import org.apache.rocketmq.client.consumer.AckResult;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.protocol.header.AckMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.header.ExtraInfoUtil;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;
import org.apache.rocketmq.remoting.protocol.subscription.SubscriptionGroupConfig;

/**
 * Fills a broker with messages of every kind, many of them undecided or not due yet, and checks another broker on the
 * same folder. Run it through folders.sh: NAMESERVER fill|check STATE-FILE.
 */
public class Folders {
    static final String PLAIN = "FoldersPlain";
    static final String LATER = "FoldersLater";
    static final String DECIDED = "FoldersDecided";
    static final String POPPED = "FoldersPopped";
    static final String GROUP = "FoldersReaders";
    static final String PRODUCERS = "FoldersWriters";
    static final int PLAIN_COUNT = 200;
    static final int READ_COUNT = 37;
    static final int LATER_COUNT = 10;
    static final int POP_COUNT = 40;
    /** A minute: the folder has changed hands by then. */
    static final int LEVEL = 5;
    static final long LEVEL_MS = 60_000;
    static final long TIMER_MS = 70_000;
    static final long INVISIBLE_MS = 60_000;
    /** A broker that counts in seconds may be so early. */
    static final long EARLY_MS = 1_000;

    static TransactionMQProducer producer;

    public static void main(String[] args) throws Exception {
        producer = producer(args[0]);
        int exit = 1;
        try {
            if (args[1].equals("fill"))
                fill(args[0], Path.of(args[2]));
            else
                check(args[0], Path.of(args[2]));
            exit = 0;
            System.out.println("ok");
        } catch (Exception problem) {
            problem.printStackTrace();
        }
        System.out.flush();
        // Clients leave threads behind.
        Runtime.getRuntime().halt(exit);
    }

    static void fill(String nameServer, Path state) throws Exception {
        for (int i = 0; i < PLAIN_COUNT; i++)
            producer.send(message(PLAIN, "plain " + i));
        for (int i = 0; i < LATER_COUNT; i++) {
            Message level = message(LATER, "level " + i + " due " + (System.currentTimeMillis() + LEVEL_MS));
            level.setDelayTimeLevel(LEVEL);
            producer.send(level);
            Message timer = message(LATER, "timer " + i + " due " + (System.currentTimeMillis() + TIMER_MS + 100 * i));
            timer.setDelayTimeMs(TIMER_MS + 100 * i);
            producer.send(timer);
            producer.sendMessageInTransaction(message(DECIDED, "commit " + i), null);
            producer.sendMessageInTransaction(message(DECIDED, "rollback " + i), null);
            producer.sendMessageInTransaction(message(DECIDED, "unknown " + i), null);
        }
        for (int i = 0; i < POP_COUNT; i++)
            producer.send(message(POPPED, "pop " + i));
        List<String> facts = new ArrayList<>();
        SubscriptionGroupConfig group = new SubscriptionGroupConfig();
        group.setGroupName(GROUP);
        api().createSubscriptionGroup(address(), group, 10_000);
        MessageQueue read = queues(nameServer).get(0);
        DefaultMQPullConsumer reader = reader(nameServer);
        reader.getOffsetStore().updateConsumeOffsetToBroker(read, READ_COUNT, false);
        List<MessageExt> popped = pop(POP_COUNT / 2);
        for (int i = 0; i < popped.size(); i += 2) {
            ack(popped.get(i));
            facts.add(text(popped.get(i)));
        }
        System.out.println(popped.size() + " popped, " + facts.size() + " of them acknowledged");
        // The answer to a commit is not waited for.
        TimeUnit.SECONDS.sleep(3);
        Files.write(state, facts);
    }

    static void check(String nameServer, Path state) throws Exception {
        Set<String> acknowledged = new TreeSet<>(Files.readAllLines(state));
        long offset = reader(nameServer).fetchConsumeOffset(queues(nameServer).get(0), true);
        expect("the offset of " + GROUP, READ_COUNT, offset);
        Map<String, Long> plain = read(nameServer, PLAIN);
        Map<String, Long> later = read(nameServer, LATER);
        Map<String, Long> decided = read(nameServer, DECIDED);
        TreeSet<String> wanted = new TreeSet<>();
        for (int i = 0; i < PLAIN_COUNT; i++)
            wanted.add("plain " + i);
        await("ordinary messages", wanted, plain);
        // The producer is asked once it is known to the broker.
        producer.send(message(PLAIN, "hello"));
        producer.getDefaultMQProducerImpl().getMqClientFactory().sendHeartbeatToAllBrokerWithLock();
        wanted.clear();
        for (int i = 0; i < LATER_COUNT; i++) {
            wanted.add("commit " + i);
            wanted.add("unknown " + i);
        }
        await("decided messages", wanted, decided);
        wanted.clear();
        for (int i = 0; i < POP_COUNT; i++)
            wanted.add("pop " + i);
        wanted.removeAll(acknowledged);
        awaitPopped(wanted);
        long deadline = System.currentTimeMillis() + 120_000;
        while (later.size() < 2 * LATER_COUNT && System.currentTimeMillis() < deadline)
            TimeUnit.MILLISECONDS.sleep(100);
        expect("delayed messages", 2 * LATER_COUNT, later.size());
        long latest = 0;
        for (Map.Entry<String, Long> one : later.entrySet()) {
            long late = one.getValue() - Long.parseLong(one.getKey().replaceAll(".* ", ""));
            if (late < -EARLY_MS)
                throw new IllegalStateException(one.getKey() + " came " + -late + " ms too early");
            latest = Math.max(latest, late);
        }
        System.out.println("delayed messages: the latest came " + latest + " ms after its time");
    }

    static TransactionMQProducer producer(String nameServer) throws Exception {
        TransactionMQProducer made = new TransactionMQProducer(PRODUCERS);
        made.setNamesrvAddr(nameServer);
        made.setSendMsgTimeout(10_000);
        made.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object ignored) {
                String body = new String(message.getBody(), StandardCharsets.UTF_8);
                return body.startsWith("commit") ? LocalTransactionState.COMMIT_MESSAGE
                    : body.startsWith("rollback") ? LocalTransactionState.ROLLBACK_MESSAGE
                    : LocalTransactionState.UNKNOW;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                return LocalTransactionState.COMMIT_MESSAGE;
            }
        });
        made.start();
        return made;
    }

    static DefaultMQPullConsumer reader(String nameServer) throws Exception {
        DefaultMQPullConsumer reader = new DefaultMQPullConsumer(GROUP);
        reader.setNamesrvAddr(nameServer);
        reader.start();
        return reader;
    }

    static List<MessageQueue> queues(String nameServer) throws Exception {
        List<MessageQueue> queues = new ArrayList<>(producer.fetchPublishMessageQueues(PLAIN));
        queues.sort(null);
        return queues;
    }

    /** Bodies with the time of their arrival; a second arrival ends the program. */
    static Map<String, Long> read(String nameServer, String topic) throws Exception {
        Map<String, Long> seen = new ConcurrentHashMap<>();
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic + System.currentTimeMillis());
        consumer.setNamesrvAddr(nameServer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "tag");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                if (seen.put(text(message), System.currentTimeMillis()) != null) {
                    System.out.println(text(message) + " came twice");
                    Runtime.getRuntime().halt(1);
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        return seen;
    }

    static void await(String what, Set<String> wanted, Map<String, Long> seen) throws Exception {
        long deadline = System.currentTimeMillis() + 120_000;
        while (!seen.keySet().containsAll(wanted) && System.currentTimeMillis() < deadline)
            TimeUnit.MILLISECONDS.sleep(100);
        expect(what, wanted, new TreeSet<>(seen.keySet()));
    }

    /** What was popped and not acknowledged comes again, what was acknowledged does not. */
    static void awaitPopped(Set<String> wanted) throws Exception {
        Map<String, Integer> seen = new TreeMap<>();
        long deadline = System.currentTimeMillis() + INVISIBLE_MS + 90_000;
        while (!seen.keySet().containsAll(wanted) && System.currentTimeMillis() < deadline) {
            for (MessageExt message : pop(32)) {
                seen.merge(text(message), 1, Integer::sum);
                ack(message);
            }
        }
        expect("popped messages", wanted, seen.keySet());
    }

    static List<MessageExt> pop(int count) throws Exception {
        List<MessageExt> all = new ArrayList<>();
        for (int tries = 0; all.size() < count && tries < 8; tries++) {
            PopMessageRequestHeader header = new PopMessageRequestHeader();
            header.setConsumerGroup(GROUP);
            header.setTopic(POPPED);
            header.setQueueId(-1);
            header.setMaxMsgNums(Math.min(32, count - all.size()));
            header.setInvisibleTime(INVISIBLE_MS);
            header.setPollTime(0);
            header.setBornTime(System.currentTimeMillis());
            header.setInitMode(0);
            CompletableFuture<List<MessageExt>> found = new CompletableFuture<>();
            api().popMessageAsync("broker-a", address(), header, 10_000, new PopCallback() {
                @Override
                public void onSuccess(PopResult result) {
                    found.complete(result.getMsgFoundList() == null ? List.of() : result.getMsgFoundList());
                }

                @Override
                public void onException(Throwable problem) {
                    found.completeExceptionally(problem);
                }
            });
            all.addAll(found.get(20, TimeUnit.SECONDS));
        }
        return all;
    }

    static void ack(MessageExt message) throws Exception {
        String handle = message.getProperty(MessageConst.PROPERTY_POP_CK);
        String[] parts = ExtraInfoUtil.split(handle);
        AckMessageRequestHeader header = new AckMessageRequestHeader();
        header.setConsumerGroup(GROUP);
        header.setTopic(ExtraInfoUtil.getRealTopic(parts, POPPED, GROUP));
        header.setQueueId(ExtraInfoUtil.getQueueId(parts));
        header.setOffset(ExtraInfoUtil.getQueueOffset(parts));
        header.setExtraInfo(handle);
        CompletableFuture<AckResult> done = new CompletableFuture<>();
        api().ackMessageAsync(address(), 10_000, new AckCallback() {
            @Override
            public void onSuccess(AckResult result) {
                done.complete(result);
            }

            @Override
            public void onException(Throwable problem) {
                done.completeExceptionally(problem);
            }
        }, header);
        done.get(20, TimeUnit.SECONDS);
    }

    static MQClientAPIImpl api() {
        return producer.getDefaultMQProducerImpl().getMqClientFactory().getMQClientAPIImpl();
    }

    static String address() {
        return producer.getDefaultMQProducerImpl().getMqClientFactory().findBrokerAddressInPublish("broker-a");
    }

    static Message message(String topic, String body) {
        return new Message(topic, "tag", "key " + body, body.getBytes(StandardCharsets.UTF_8));
    }

    static String text(MessageExt message) {
        return new String(message.getBody(), StandardCharsets.UTF_8);
    }

    static void expect(String what, Object wanted, Object found) {
        if (!wanted.toString().equals(found.toString()))
            throw new IllegalStateException(what + ": " + found + " in place of " + wanted);
        System.out.println(what + ": as expected" + (found instanceof Set ? ", " + ((Set<?>) found).size() : ""));
    }
}
