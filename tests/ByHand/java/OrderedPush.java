import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Ordered consumption by two members of a group, one of which ends without a word (its process halts) in the middle: the
 * other takes its queues over once the locks have expired, and no queue is consumed out of order. Then a message that
 * fails blocks its queue until it is a dead letter.
 */
public class OrderedPush {
    static final int KEYS = 16;
    static final int MORE = 50;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        if (args.length > 1 && args[1].equals("member")) {
            member(args[0], args[2], args[3], null);
            Thread.sleep(Long.MAX_VALUE);
        }
        String topic = "OrderedPush" + System.currentTimeMillis();
        DefaultMQProducer producer = new DefaultMQProducer("OrderedPushProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        Process other = new ProcessBuilder(
                ProcessHandle.current().info().command().get(), "-cp", System.getProperty("java.class.path"),
                System.getProperty("jdk.launcher.sourcefile", source()), args[0], "member", topic, "other")
            .redirectErrorStream(true)
            .start();
        Set<String> others = ConcurrentHashMap.newKeySet();
        Thread reader = new Thread(() -> {
            try (var lines = other.inputReader()) {
                lines.lines().filter(line -> line.startsWith("got ")).forEach(line -> others.add(line.substring(4)));
            } catch (Exception e) {
                System.err.println(e);
            }
        });
        reader.setDaemon(true);
        reader.start();
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<String> skipped = new ConcurrentLinkedQueue<>();
        AtomicInteger count = new AtomicInteger();
        member(args[0], topic, "one", (key, number) -> {
            // When a queue moves messages may come again, but never one before its predecessors: what this member
            // has not seen, the other has.
            Integer before = last.put(key, number);
            for (int missed = before == null ? 0 : before + 1; missed < number; missed++)
                skipped.add(key + " " + missed);
            count.incrementAndGet();
        });
        int number = 0;
        for (long end = System.currentTimeMillis() + 90_000; others.size() < KEYS || count.get() < KEYS; number++) {
            if (System.currentTimeMillis() > end)
                throw new IllegalStateException("one has " + count + ", the other " + others.size());
            send(producer, topic, number, number + 1);
            Thread.sleep(50);
        }
        System.out.println("one has " + count + ", the other " + others.size() + " of " + KEYS * number);
        other.destroyForcibly().waitFor();
        long killed = System.currentTimeMillis();
        send(producer, topic, number, number + MORE);
        int newest = number + MORE - 1;
        await("every key's last message", 120, () -> {
            for (int key = 0; key < KEYS; key++)
                if (last.getOrDefault(key, -1) != newest)
                    return false;
            return true;
        });
        System.out.println("all taken over " + (System.currentTimeMillis() - killed) / 1000 + " s after the kill");
        reader.join(10_000);
        skipped.removeAll(others);
        if (!skipped.isEmpty())
            throw new IllegalStateException("consumed behind their successors, or not at all: " + skipped);
        producer.shutdown();
        blocked(args[0]);
        System.out.println("ok");
        System.exit(0);
    }

    interface Seen {
        void message(int key, int number);
    }

    static void member(String nameServer, String topic, String name, Seen seen) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic);
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(name);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            for (MessageExt message : messages) {
                String[] parts = new String(message.getBody(), StandardCharsets.UTF_8).split(" ");
                if (seen == null)
                    System.out.println("got " + parts[0] + " " + parts[1]);
                else
                    seen.message(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
            }
            return ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
    }

    /** A message that fails stops what is behind it, three times; then it is a dead letter and the rest goes on. */
    static void blocked(String nameServer) throws Exception {
        String topic = "OrderedBlocked" + System.currentTimeMillis();
        DefaultMQProducer producer = new DefaultMQProducer("OrderedPushProducer");
        producer.setNamesrvAddr(nameServer);
        producer.start();
        send(producer, topic, 0, 2);
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic);
        consumer.setNamesrvAddr(nameServer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setMaxReconsumeTimes(2);
        consumer.setSuspendCurrentQueueTimeMillis(100);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            String body = new String(messages.get(0).getBody(), StandardCharsets.UTF_8);
            if (!body.startsWith("0 "))
                return ConsumeOrderlyStatus.SUCCESS;
            seen.add(body);
            return body.equals("0 0")
                ? ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT
                : ConsumeOrderlyStatus.SUCCESS;
        });
        consumer.start();
        await("the message behind the failing one", 60, () -> seen.contains("0 1"));
        if (!List.copyOf(seen).equals(List.of("0 0", "0 0", "0 0", "0 1")))
            throw new IllegalStateException("unexpected: " + seen);
        ConcurrentLinkedQueue<String> dead = new ConcurrentLinkedQueue<>();
        DefaultMQPushConsumer reader = new DefaultMQPushConsumer("D" + topic);
        reader.setNamesrvAddr(nameServer);
        reader.setInstanceName("dead");
        reader.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        reader.subscribe("%DLQ%G" + topic, "*");
        reader.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
            messages.forEach(message -> dead.add(new String(message.getBody(), StandardCharsets.UTF_8)));
            return ConsumeOrderlyStatus.SUCCESS;
        });
        reader.start();
        await("the dead letter", 60, () -> dead.contains("0 0"));
        System.out.println("a failing message was tried 3 times in its place and is a dead letter");
        consumer.shutdown();
        reader.shutdown();
        producer.shutdown();
    }

    static void send(DefaultMQProducer producer, String topic, int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            for (int key = 0; key < KEYS; key++) {
                Message message = new Message(topic, (key + " " + number).getBytes(StandardCharsets.UTF_8));
                producer.send(message, (queues, one, k) -> queues.get((int) k % queues.size()), key);
            }
        }
    }

    static String source() {
        return System.getProperty("sun.java.command").split(" ")[1];
    }

    interface Condition {
        boolean holds();
    }

    static void await(String what, int seconds, Condition condition) throws InterruptedException {
        long end = System.currentTimeMillis() + seconds * 1000L;
        while (!condition.holds()) {
            if (System.currentTimeMillis() > end)
                throw new IllegalStateException("waited " + seconds + " s for " + what);
            Thread.sleep(20);
        }
    }
}
