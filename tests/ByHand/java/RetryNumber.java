import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Two members of a group, the first with 5 retries, the second, started later, with 1: all messages are dead after 1,
 * whoever of them fails, and a third member with none of its own changes nothing. Against
 * `rocketmq all-in-one --set retryMaxTimesFrom=LAST_MEMBER`.
 */
public class RetryNumber {
    static final String STAMP = Long.toString(System.currentTimeMillis());
    static final String TOPIC = "RetryNumber" + STAMP;
    static final Map<String, Integer> TRIED = new ConcurrentHashMap<>();
    static final Map<String, Integer> WHO = new ConcurrentHashMap<>();

    public static void main(String[] args) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("RetryNumberProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        producer.send(new Message(TOPIC, "first".getBytes(StandardCharsets.UTF_8)));
        member(args[0], "one", 5);
        Thread.sleep(1_000);
        member(args[0], "two", 1);
        Thread.sleep(1_000);
        member(args[0], "three", -1);
        await(() -> TRIED.size() == 1, "the first message was not consumed");
        Thread.sleep(3_000);
        for (int i = 0; i < 60; i++)
            producer.send(new Message(TOPIC, ("m" + i).getBytes(StandardCharsets.UTF_8)));
        await(() -> TRIED.values().stream().filter(tries -> tries > 0).count() >= 60, "messages did not come again");
        // A second retry would come after a second.
        Thread.sleep(8_000);
        int most = TRIED.entrySet().stream().filter(e -> !e.getKey().equals("first"))
            .mapToInt(Map.Entry::getValue).max().orElse(-1);
        System.out.println("retries at most: " + most + ", failed by: " + WHO);
        if (most != 1 || WHO.size() < 3)
            System.exit(1);
        System.out.println("ok");
        System.exit(0);
    }

    static void member(String nameserver, String name, int retries) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("RetryNumberGroup" + STAMP);
        consumer.setNamesrvAddr(nameserver);
        consumer.setInstanceName(name);
        consumer.setMaxReconsumeTimes(retries);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(TOPIC, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                TRIED.merge(new String(message.getBody(), StandardCharsets.UTF_8), message.getReconsumeTimes(), Math::max);
                WHO.merge(name, 1, Integer::sum);
            }
            context.setDelayLevelWhenNextConsume(1);
            return ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
    }

    static void await(BooleanSupplier condition, String otherwise) throws Exception {
        long end = System.currentTimeMillis() + 60_000;
        while (!condition.getAsBoolean()) {
            if (System.currentTimeMillis() > end) {
                System.err.println(otherwise + ": " + TRIED);
                System.exit(1);
            }
            Thread.sleep(100);
        }
    }
}
