import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Transactions that are committed, rolled back, and left to a check, which another producer of the group answers because
 * the sender is gone. A broker with transactionCheckInterval=2000 makes it quick; the default takes half a minute.
 */
public class Transactions {
    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "Transactions" + System.currentTimeMillis();
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

        TransactionMQProducer first = producer(args[0], "first", asked);
        TransactionSendResult committed = send(first, topic, "commit");
        send(first, topic, "rollback");
        TransactionSendResult unknown = send(first, topic, "unknown then commit");
        send(first, topic, "unknown then rollback");
        System.out.println(committed.getSendStatus() + " " + committed.getTransactionId() + " "
            + committed.getLocalTransactionState());
        if (!unknown.getTransactionId().equals(unknown.getMsgId()))
            throw new IllegalStateException("transaction id " + unknown.getTransactionId() + " of " + unknown.getMsgId());
        first.shutdown();

        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "tag");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> seen.add(new String(message.getBody(), StandardCharsets.UTF_8)));
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        await("the committed message", 30, () -> seen.contains("commit"));
        TransactionMQProducer second = producer(args[0], "second", asked);
        // A producer is known to the brokers that it has sent to, by its next heartbeat.
        second.send(new Message(topic + "Other", "hello".getBytes(StandardCharsets.UTF_8)));
        second.getDefaultMQProducerImpl().getMqClientFactory().sendHeartbeatToAllBrokerWithLock();
        await("the checks", 90, () -> asked.contains("second: unknown then commit")
            && asked.contains("second: unknown then rollback"));
        await("the message that the check committed", 30, () -> seen.contains("unknown then commit"));
        Thread.sleep(5000);
        if (!List.copyOf(seen).equals(List.of("commit", "unknown then commit")))
            throw new IllegalStateException("delivered: " + seen);
        System.out.println("asked: " + asked + ", delivered: " + seen);
        second.shutdown();
        consumer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    static TransactionSendResult send(TransactionMQProducer producer, String topic, String body) throws Exception {
        Message message = new Message(topic, "tag", "key", body.getBytes(StandardCharsets.UTF_8));
        return producer.sendMessageInTransaction(message, null);
    }

    static TransactionMQProducer producer(String nameServer, String name, ConcurrentLinkedQueue<String> asked)
        throws Exception {
        TransactionMQProducer producer = new TransactionMQProducer("TransactionsProducer");
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(name);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object argument) {
                return state(new String(message.getBody(), StandardCharsets.UTF_8).split(" ")[0]);
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                String body = new String(message.getBody(), StandardCharsets.UTF_8);
                asked.add(name + ": " + body);
                return state(body.substring(body.lastIndexOf(' ') + 1));
            }
        });
        producer.start();
        return producer;
    }

    static LocalTransactionState state(String word) {
        return switch (word) {
            case "commit" -> LocalTransactionState.COMMIT_MESSAGE;
            case "rollback" -> LocalTransactionState.ROLLBACK_MESSAGE;
            default -> LocalTransactionState.UNKNOW;
        };
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
