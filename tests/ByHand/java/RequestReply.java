import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Requests that a consumer answers, one after the other, and one that nobody answers. */
public class RequestReply {
    static final int REQUESTS = 200;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "RequestReply" + System.currentTimeMillis();
        DefaultMQProducer asker = producer(args[0], "asker");
        DefaultMQProducer answerer = producer(args[0], "answerer");
        // Makes the topic, so that the consumer finds its queues at once.
        answerer.send(new Message(topic, "warm up".getBytes(StandardCharsets.UTF_8)));
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("G" + topic);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                String body = new String(message.getBody(), StandardCharsets.UTF_8);
                if (!body.startsWith("question"))
                    continue;
                try {
                    byte[] answer = ("answer to " + body).getBytes(StandardCharsets.UTF_8);
                    answerer.send(MessageUtil.createReplyMessage(message, answer), 3000);
                } catch (Exception e) {
                    e.printStackTrace();
                    return ConsumeConcurrentlyStatus.RECONSUME_LATER;
                }
            }
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        // The first request to a topic makes who asks known to its brokers.
        check(ask(asker, question(topic, 0), 60_000), 0);
        long start = System.nanoTime();
        for (int i = 1; i <= REQUESTS; i++)
            check(ask(asker, question(topic, i), 5000), i);
        System.out.println(REQUESTS + " requests, " + (System.nanoTime() - start) / REQUESTS / 1000 + " us each");
        try {
            ask(asker, new Message(topic, "no question".getBytes(StandardCharsets.UTF_8)), 1000);
            throw new IllegalStateException("an answer that nobody gave");
        } catch (ExecutionException e) {
            System.out.println("without an answer: " + e.getCause().getMessage());
        }
        consumer.shutdown();
        asker.shutdown();
        answerer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    /**
     * Client 5.3.3 takes the request being stored for its answer: the form that waits ends then, and the callback is
     * called with null first. With the callback the answer still comes.
     */
    static Message ask(DefaultMQProducer asker, Message question, long timeout) throws Exception {
        CompletableFuture<Message> answer = new CompletableFuture<>();
        asker.request(question, new RequestCallback() {
            @Override
            public void onSuccess(Message message) {
                if (message != null)
                    answer.complete(message);
            }

            @Override
            public void onException(Throwable e) {
                answer.completeExceptionally(e);
            }
        }, timeout);
        return answer.get(timeout + 10_000, TimeUnit.MILLISECONDS);
    }

    static DefaultMQProducer producer(String nameServer, String name) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("RequestReply" + name);
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(name);
        producer.start();
        return producer;
    }

    static Message question(String topic, int number) {
        return new Message(topic, ("question " + number).getBytes(StandardCharsets.UTF_8));
    }

    static void check(Message answer, int number) {
        String body = new String(answer.getBody(), StandardCharsets.UTF_8);
        if (!body.equals("answer to question " + number))
            throw new IllegalStateException("got " + body);
    }
}
