import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.netty.NettyClientConfig;
import org.apache.rocketmq.remoting.netty.NettyRemotingClient;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * Two members of a group that subscribe to different things, in three shapes, are told apart by the broker; once both
 * are started again with the same subscriptions they are not. Members use both forms of heartbeats.
 */
public class Subscriptions {
    static final String GROUP = "Subscriptions" + System.currentTimeMillis();
    static final NettyRemotingClient REMOTING = new NettyRemotingClient(new NettyClientConfig());
    static String broker;
    static int members = 100;

    public static void main(String[] args) throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("SubscriptionsProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        for (String topic : List.of("SubsA", "SubsB"))
            producer.send(new Message(topic, "TagA", "x".getBytes(StandardCharsets.UTF_8)));
        broker = producer.getDefaultMQProducerImpl().getMqClientFactory().findBrokerAddressInPublish("broker-a");
        REMOTING.start();
        for (boolean shortForm : new boolean[] {false, true}) {
            differ(args[0], shortForm, Map.of("SubsA", "*"), Map.of("SubsB", "*"), "not to SubsA, also to SubsB by \"*\"");
            differ(args[0], shortForm, Map.of("SubsA", "*"), Map.of("SubsA", "TagA"), "to SubsA by \"TagA\" instead of \"*\"");
            differ(args[0], shortForm, Map.of("SubsA", "*"), Map.of("SubsA", "TagB||TagA", "SubsB", "*"),
                "to SubsA by \"TagA || TagB\" instead of \"*\", also to SubsB by \"*\"");
        }
        System.out.println("ok");
        System.exit(0);
    }

    static void differ(String nameserver, boolean shortForm, Map<String, String> one, Map<String, String> other, String expected)
        throws Exception {
        DefaultMQPushConsumer first = member(nameserver, shortForm, one);
        DefaultMQPushConsumer second = member(nameserver, shortForm, other);
        await(difference -> difference.contains(expected));
        System.out.println(ask());

        // Everybody is started again, one after the other, with the same code.
        second.shutdown();
        second = member(nameserver, shortForm, one);
        await(String::isEmpty);
        first.shutdown();
        first = member(nameserver, shortForm, one);
        first.getDefaultMQPushConsumerImpl().getmQClientFactory().sendHeartbeatToAllBrokerWithLock();
        first.getDefaultMQPushConsumerImpl().getmQClientFactory().sendHeartbeatToAllBrokerWithLock();
        await(String::isEmpty);
        first.shutdown();
        second.shutdown();
    }

    static DefaultMQPushConsumer member(String nameserver, boolean shortForm, Map<String, String> wanted) throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(GROUP);
        consumer.setNamesrvAddr(nameserver);
        consumer.setInstanceName("member" + ++members);
        consumer.setUseHeartbeatV2(shortForm);
        for (Map.Entry<String, String> one : wanted.entrySet())
            consumer.subscribe(one.getKey(), MessageSelector.byTag(one.getValue()));
        consumer.registerMessageListener(
            (MessageListenerConcurrently) (messages, context) -> ConsumeConcurrentlyStatus.CONSUME_SUCCESS);
        consumer.start();
        return consumer;
    }

    static void await(Predicate<String> condition) throws Exception {
        long end = System.currentTimeMillis() + 20_000;
        while (!condition.test(ask())) {
            if (System.currentTimeMillis() > end) {
                System.err.println("the broker says: " + ask());
                System.exit(1);
            }
            Thread.sleep(100);
        }
    }

    /** Members and subscriptions of the group (203), with what only our brokers say. */
    static String ask() throws Exception {
        RemotingCommand request = RemotingCommand.createRequestCommand(203, null);
        request.addExtField("consumerGroup", GROUP);
        request.addExtField("withSubscriptionDifference", "true");
        RemotingCommand answer = REMOTING.invokeSync(broker, request, 5_000);
        if (answer.getCode() != 0)
            return answer.getRemark();
        String body = new String(answer.getBody(), StandardCharsets.UTF_8);
        return com.alibaba.fastjson.JSON.parseObject(body).getString("subscriptionDifference");
    }
}
