import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.rocketmq.client.QueryResult;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Message traces as clients write them: who sent a message and who consumed it is found in the trace topic by the
 * message's key and by its id. The broker has that topic unless traceTopicEnable=false.
 */
public class Trace {
    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "Trace" + System.currentTimeMillis();
        String key = "key-of-" + topic;
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        DefaultMQProducer producer = new DefaultMQProducer("TraceProducer", true, null);
        producer.setNamesrvAddr(args[0]);
        producer.start();
        SendResult sent = producer.send(new Message(topic, "tag", key, "traced".getBytes(StandardCharsets.UTF_8)));
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic, true, null);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> seen.add(message.getMsgId()));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        for (String by : new String[] {key, sent.getMsgId()}) {
            String found = "";
            long end = System.currentTimeMillis() + 60_000;
            while (!(found.contains("Pub\u0001") && found.contains("SubBefore\u0001") && found.contains("SubAfter\u0001"))) {
                if (System.currentTimeMillis() > end)
                    throw new IllegalStateException("by " + by + " only: " + found.replace('\u0001', '|'));
                Thread.sleep(500);
                found = traces(producer, by);
            }
            System.out.println("by " + by + ": sending, begin and end of consumption");
        }
        if (!seen.contains(sent.getMsgId()))
            throw new IllegalStateException("consumed: " + seen);
        consumer.shutdown();
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    static String traces(DefaultMQProducer producer, String key) {
        try {
            QueryResult result = producer.queryMessage("RMQ_SYS_TRACE_TOPIC", key, 64, 0, Long.MAX_VALUE);
            StringBuilder all = new StringBuilder();
            for (MessageExt message : result.getMessageList())
                all.append(new String(message.getBody(), StandardCharsets.UTF_8));
            return all.toString();
        } catch (Exception nothingYet) {
            return "";
        }
    }
}
