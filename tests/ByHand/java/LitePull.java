import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/**
 * A consumer that polls: two members share the queues, a restart goes on where the committed offsets are, and one that
 * assigns queues itself seeks to the beginning, to an offset, to a time and to the end.
 */
public class LitePull {
    static final int MESSAGES = 2000;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "LitePull" + System.currentTimeMillis();
        DefaultMQProducer producer = new DefaultMQProducer("LitePullProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        send(producer, topic, 0, MESSAGES);

        Set<String> seen = new HashSet<>();
        DefaultLitePullConsumer first = member(args[0], topic, "first");
        DefaultLitePullConsumer second = member(args[0], topic, "second");
        int[] shares = {0, 0};
        poll(seen, MESSAGES, shares, first, second);
        if (shares[0] == 0 || shares[1] == 0)
            throw new IllegalStateException("one member had everything: " + shares[0] + " and " + shares[1]);
        System.out.println("members shared " + shares[0] + " and " + shares[1]);
        first.commit();
        second.commit();
        first.shutdown();
        second.shutdown();

        send(producer, topic, MESSAGES, 2 * MESSAGES);
        DefaultLitePullConsumer again = member(args[0], topic, "again");
        Set<String> later = new HashSet<>();
        poll(later, MESSAGES, new int[1], again);
        for (String body : later)
            if (Integer.parseInt(body) < MESSAGES)
                throw new IllegalStateException(body + " was committed and came again");
        again.shutdown();
        System.out.println("a restart went on behind what was committed");

        seeks(args[0], topic);
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    static void seeks(String nameServer, String topic) throws Exception {
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("S" + topic);
        consumer.setNamesrvAddr(nameServer);
        consumer.setAutoCommit(false);
        consumer.start();
        MessageQueue queue = consumer.fetchMessageQueues(topic).iterator().next();
        consumer.assign(List.of(queue));
        consumer.seekToBegin(queue);
        long begin = next(consumer).getQueueOffset();
        consumer.seek(queue, 7);
        MessageExt seventh = next(consumer);
        long byTime = consumer.offsetForTimestamp(queue, seventh.getStoreTimestamp());
        consumer.seekToEnd(queue);
        List<MessageExt> atEnd = consumer.poll(1000);
        if (begin != 0 || seventh.getQueueOffset() != 7 || byTime > 7 || !atEnd.isEmpty())
            throw new IllegalStateException(begin + " " + seventh.getQueueOffset() + " " + byTime + " " + atEnd.size());
        // What was fetched before the pause is still handed out; after the seek there is none.
        consumer.pause(List.of(queue));
        consumer.seek(queue, seventh.getQueueOffset());
        if (!consumer.poll(1000).isEmpty())
            throw new IllegalStateException("a paused queue gave messages");
        consumer.resume(List.of(queue));
        next(consumer);
        consumer.shutdown();
        System.out.println("begin, offset, time, end, pause and resume");
    }

    static MessageExt next(DefaultLitePullConsumer consumer) {
        for (int i = 0; i < 10; i++) {
            List<MessageExt> messages = consumer.poll(3000);
            if (!messages.isEmpty())
                return messages.get(0);
        }
        throw new IllegalStateException("nothing came");
    }

    static DefaultLitePullConsumer member(String nameServer, String topic, String name) throws Exception {
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer("G" + topic);
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(name);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.start();
        return consumer;
    }

    /** Polls in turn until so many different messages were seen. */
    static void poll(Set<String> seen, int wanted, int[] shares, DefaultLitePullConsumer... members) {
        long end = System.currentTimeMillis() + 60_000;
        while (seen.size() < wanted) {
            if (System.currentTimeMillis() > end)
                throw new IllegalStateException("only " + seen.size() + " of " + wanted);
            for (int i = 0; i < members.length; i++)
                for (MessageExt message : members[i].poll(200)) {
                    seen.add(new String(message.getBody(), StandardCharsets.UTF_8));
                    shares[i]++;
                }
        }
    }

    static void send(DefaultMQProducer producer, String topic, int from, int to) throws Exception {
        for (int i = from; i < to; i++)
            producer.send(new Message(topic, String.valueOf(i).getBytes(StandardCharsets.UTF_8)));
    }
}
