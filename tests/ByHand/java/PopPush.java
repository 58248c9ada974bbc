import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageRequestMode;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;

/**
 * A push consumer that pops, with the broker choosing the queues: the consume mode of the group is set first, every
 * hundredth message fails once and comes again after its invisible time.
 */
public class PopPush {
    static final int MESSAGES = 5000;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "PopPush" + System.currentTimeMillis();
        String group = "G" + topic;
        DefaultMQProducer producer = new DefaultMQProducer("PopPushProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        for (int i = 0; i < MESSAGES; i++)
            producer.send(new Message(topic, String.valueOf(i).getBytes(StandardCharsets.UTF_8)));

        DefaultMQAdminExt admin = new DefaultMQAdminExt();
        admin.setNamesrvAddr(args[0]);
        admin.start();
        for (String broker : admin.examineBrokerClusterInfo().getBrokerAddrTable().values().stream()
            .map(data -> data.selectBrokerAddr()).toList())
            admin.setMessageRequestMode(broker, topic, group, MessageRequestMode.POP, 8, 5000);

        Set<String> seen = ConcurrentHashMap.newKeySet();
        Set<String> failed = ConcurrentHashMap.newKeySet();
        AtomicInteger deliveries = new AtomicInteger();
        AtomicInteger popped = new AtomicInteger();
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setClientRebalance(false);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                String body = new String(message.getBody(), StandardCharsets.UTF_8);
                deliveries.incrementAndGet();
                if (message.getProperty("POP_CK") != null)
                    popped.incrementAndGet();
                if (Integer.parseInt(body) % 100 == 0 && failed.add(body))
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                seen.add(body);
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        long end = System.currentTimeMillis() + 120_000;
        while (seen.size() < MESSAGES && System.currentTimeMillis() < end)
            Thread.sleep(100);
        System.out.println(seen.size() + " of " + MESSAGES + " in " + deliveries + " deliveries, " + popped
            + " of them popped; " + failed.size() + " failed once");
        if (seen.size() != MESSAGES || popped.get() == 0 || deliveries.get() < MESSAGES + failed.size())
            throw new IllegalStateException("not all, or not by popping");
        consumer.shutdown();
        admin.shutdown();
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }
}
