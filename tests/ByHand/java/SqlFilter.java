import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;

/** SQL92 subscriptions, and what a wrong expression is told. The broker allows them unless enablePropertyFilter=false. */
public class SqlFilter {
    static final int MESSAGES = 100;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "SqlFilter" + System.currentTimeMillis();
        DefaultMQProducer producer = new DefaultMQProducer("SqlFilterProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = new Message(topic, i % 2 == 0 ? "even" : "odd", String.valueOf(i).getBytes(StandardCharsets.UTF_8));
            message.putUserProperty("size", String.valueOf(i));
            if (i % 3 == 0)
                message.putUserProperty("colour", i % 6 == 0 ? "blue" : "red");
            producer.send(message);
        }
        expect(args[0], topic, "size BETWEEN 10 AND 19", i -> i >= 10 && i < 20);
        expect(args[0], topic, "colour = 'blue' AND size > 50", i -> i % 6 == 0 && i > 50);
        expect(args[0], topic, "colour IS NULL OR colour IN ('red')", i -> i % 6 != 0);
        expect(args[0], topic, "TAGS IS NOT NULL AND TAGS = 'odd' AND NOT (size < 90)", i -> i % 2 == 1 && i >= 90);
        refused(args[0], topic, "size > ");
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    interface Wanted {
        boolean holds(int number);
    }

    static void expect(String nameServer, String topic, String expression, Wanted wanted) throws Exception {
        TreeSet<Integer> expected = new TreeSet<>();
        for (int i = 0; i < MESSAGES; i++)
            if (wanted.holds(i))
                expected.add(i);
        ConcurrentSkipListSet<Integer> seen = new ConcurrentSkipListSet<>();
        DefaultMQPushConsumer consumer = consumer(nameServer, topic, seen);
        consumer.subscribe(topic, MessageSelector.bySql(expression));
        consumer.start();
        long end = System.currentTimeMillis() + 30_000;
        while (!seen.equals(expected) && System.currentTimeMillis() < end)
            Thread.sleep(50);
        // What the filter should have held back would come with the rest.
        Thread.sleep(1000);
        consumer.shutdown();
        if (!seen.equals(expected))
            throw new IllegalStateException(expression + ": " + seen + " instead of " + expected);
        System.out.println(expression + ": " + seen.size() + " of " + MESSAGES);
    }

    static void refused(String nameServer, String topic, String expression) throws Exception {
        DefaultMQPushConsumer consumer = consumer(nameServer, topic, new ConcurrentSkipListSet<>());
        consumer.subscribe(topic, MessageSelector.bySql(expression));
        try {
            consumer.start();
            throw new IllegalStateException("taken: " + expression);
        } catch (MQClientException e) {
            System.out.println("refused: " + e.getMessage().lines().findFirst().orElse(""));
        }
    }

    static DefaultMQPushConsumer consumer(String nameServer, String topic, ConcurrentSkipListSet<Integer> seen) {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + System.nanoTime());
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(consumer.getConsumerGroup());
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(m -> seen.add(Integer.parseInt(new String(m.getBody(), StandardCharsets.UTF_8))));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        return consumer;
    }
}
