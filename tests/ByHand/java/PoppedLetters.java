import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PopCallback;
import org.apache.rocketmq.client.consumer.PopResult;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.constant.ConsumeInitMode;
import org.apache.rocketmq.common.filter.ExpressionType;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.remoting.protocol.header.PopMessageRequestHeader;

/**
 * A message that is popped, not acknowledged, popped again and given up, as Apache's proxy does for clients of gRPC;
 * then `rocketmq admin` resends it, and a pop gets it once more, once. Second argument: the program rocketmq.
 */
public class PoppedLetters {
    static final long PATIENCE = 60_000;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "PoppedLetters" + System.currentTimeMillis();
        String group = "G" + topic;
        DefaultMQProducer producer = new DefaultMQProducer("PoppedLettersProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        SendResult sent = producer.send(new Message(topic, "tag", "key", "body".getBytes(StandardCharsets.UTF_8)));
        DefaultMQPullConsumer client = new DefaultMQPullConsumer("PoppedLettersClient");
        client.setNamesrvAddr(args[0]);
        client.start();
        var factory = client.getDefaultMQPullConsumerImpl().getRebalanceImpl().getmQClientFactory();
        factory.updateTopicRouteInfoFromNameServer(topic);
        String broker = sent.getMessageQueue().getBrokerName();
        String address = factory.findBrokerAddressInPublish(broker);
        MQClientAPIImpl api = factory.getMQClientAPIImpl();

        one(pop(api, broker, address, group, topic, 1_000), sent, 0);
        MessageExt failed = one(pop(api, broker, address, group, topic, 30_000), sent, 1);
        api.consumerSendMessageBack(address, broker, failed, group, -1, 3000, 16);
        Thread.sleep(2_000);
        run(args, "queryDeadLetters", "-g", group);
        run(args, "resendDeadLetters", "-g", group, "-i", sent.getMsgId());
        MessageExt again = one(pop(api, broker, address, group, topic, 30_000), sent, 0);
        System.out.println(again);
        if (!again.getTopic().equals(topic) || !"key".equals(again.getKeys()))
            throw new IllegalStateException(again.toString());
        if (!popOnce(api, broker, address, group, topic, 30_000).isEmpty())
            throw new IllegalStateException("delivered twice");
        client.shutdown();
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    static MessageExt one(List<MessageExt> found, SendResult sent, int times) {
        if (found.size() != 1 || !found.get(0).getMsgId().equals(sent.getMsgId())
            || found.get(0).getReconsumeTimes() != times)
            throw new IllegalStateException("found " + found);
        return found.get(0);
    }

    static List<MessageExt> pop(MQClientAPIImpl api, String broker, String address, String group, String topic,
        long invisibleMs) throws Exception {
        for (long end = System.currentTimeMillis() + PATIENCE; System.currentTimeMillis() < end; Thread.sleep(200)) {
            List<MessageExt> found = popOnce(api, broker, address, group, topic, invisibleMs);
            if (!found.isEmpty())
                return found;
        }
        return List.of();
    }

    static List<MessageExt> popOnce(MQClientAPIImpl api, String broker, String address, String group, String topic,
        long invisibleMs) throws Exception {
        PopMessageRequestHeader header = new PopMessageRequestHeader();
        header.setTopic(topic);
        header.setConsumerGroup(group);
        header.setQueueId(-1);
        header.setMaxMsgNums(32);
        header.setInvisibleTime(invisibleMs);
        header.setPollTime(0);
        header.setBornTime(System.currentTimeMillis());
        header.setInitMode(ConsumeInitMode.MIN);
        header.setExpType(ExpressionType.TAG);
        header.setExp("*");
        CompletableFuture<PopResult> answer = new CompletableFuture<>();
        api.popMessageAsync(broker, address, header, 5_000, new PopCallback() {
            @Override
            public void onSuccess(PopResult result) {
                answer.complete(result);
            }

            @Override
            public void onException(Throwable problem) {
                answer.completeExceptionally(problem);
            }
        });
        List<MessageExt> found = answer.get(10, TimeUnit.SECONDS).getMsgFoundList();
        return found == null ? List.of() : found;
    }

    static void run(String[] args, String... verb) throws Exception {
        List<String> command = new ArrayList<>(List.of(args[1], "admin"));
        command.addAll(Arrays.asList(verb));
        command.addAll(List.of("-n", args[0]));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0)
            throw new IllegalStateException(String.join(" ", command));
    }
}
