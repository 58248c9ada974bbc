import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Messages that fail until they are dead letters, are exported and resent by `rocketmq admin`, fail and die again, are
 * resent once more, and succeed. Their consumer sees one id, topic and body all the time. Second argument: the program
 * rocketmq.
 */
public class DeadLetters {
    static final int COUNT = 3;

    public static void main(String[] args) throws Exception {
        Thread.currentThread().setUncaughtExceptionHandler((thread, problem) -> {
            problem.printStackTrace();
            System.exit(1);
        });
        String topic = "DeadLetters" + System.currentTimeMillis();
        String group = "G" + topic;
        DefaultMQProducer producer = new DefaultMQProducer("DeadLettersProducer");
        producer.setNamesrvAddr(args[0]);
        producer.start();
        Map<String, String> bodies = new ConcurrentHashMap<>();
        for (int i = 0; i < COUNT; i++) {
            // The last one is so long that the client packs it.
            String body = "body " + i + "x".repeat(i == COUNT - 1 ? 10_000 : 0);
            Message message = new Message(topic, "tag", "key " + i, body.getBytes(StandardCharsets.UTF_8));
            message.putUserProperty("mine", "a \"b\", c");
            bodies.put(producer.send(message).getMsgId(), body);
        }
        Map<String, List<Integer>> tries = new ConcurrentHashMap<>();
        List<String> wrong = new CopyOnWriteArrayList<>();
        boolean[] healed = new boolean[1];
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(group);
        consumer.setNamesrvAddr(args[0]);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setMaxReconsumeTimes(1);
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            for (MessageExt message : messages) {
                String body = new String(message.getBody(), StandardCharsets.UTF_8);
                if (!message.getTopic().equals(topic) || !body.equals(bodies.get(message.getMsgId()))
                    || !"a \"b\", c".equals(message.getUserProperty("mine")) || !"tag".equals(message.getTags()))
                    wrong.add(message.toString());
                tries.computeIfAbsent(message.getMsgId(), id -> new CopyOnWriteArrayList<>())
                    .add(message.getReconsumeTimes());
            }
            return healed[0] ? ConsumeConcurrentlyStatus.CONSUME_SUCCESS : ConsumeConcurrentlyStatus.RECONSUME_LATER;
        });
        consumer.start();
        await("the first letters", () -> letters(args, group).size() == COUNT + 1);
        for (String line : letters(args, group).subList(1, COUNT + 1)) {
            String[] cells = line.split(",");
            String body = new String(Base64.getDecoder().decode(cells[cells.length - 2]), StandardCharsets.UTF_8);
            if (!cells[0].equals(topic) || !body.equals(bodies.get(cells[1])))
                throw new IllegalStateException(line);
        }
        admin(args, "resendDeadLetters", "-g", group, "-b", "0");
        await("letters of letters", () -> letters(args, group).size() == 2 * COUNT + 1);
        healed[0] = true;
        for (String id : bodies.keySet())
            admin(args, "resendDeadLetters", "-g", group, "-i", id);
        await("success", () -> tries.values().stream().mapToInt(List::size).sum() == 5 * COUNT);
        Thread.sleep(12_000);
        System.out.println("reconsumeTimes by id: " + tries);
        if (!wrong.isEmpty() || tries.size() != COUNT
            || !tries.values().stream().allMatch(each -> each.equals(List.of(0, 1, 0, 1, 0))))
            throw new IllegalStateException("wrong: " + wrong);
        if (letters(args, group).size() != 2 * COUNT + 1)
            throw new IllegalStateException("the letters did not stay");
        consumer.shutdown();
        producer.shutdown();
        System.out.println("ok");
        System.exit(0);
    }

    /** The lines of the export; none while the group has no letters. */
    static List<String> letters(String[] args, String group) throws Exception {
        return run(args, "exportDeadLetters", "-g", group);
    }

    static void admin(String[] args, String... verb) throws Exception {
        run(args, verb).forEach(System.out::println);
    }

    static List<String> run(String[] args, String... verb) throws Exception {
        List<String> command = new ArrayList<>(List.of(args[1], "admin"));
        command.addAll(Arrays.asList(verb));
        command.addAll(List.of("-n", args[0]));
        Process process = new ProcessBuilder(command).start();
        try (var lines = process.inputReader()) {
            return lines.lines().toList();
        }
    }

    interface Condition {
        boolean isSo() throws Exception;
    }

    static void await(String what, Condition condition) throws Exception {
        for (long end = System.currentTimeMillis() + 90_000; !condition.isSo(); Thread.sleep(500))
            if (System.currentTimeMillis() > end)
                throw new IllegalStateException("no " + what);
    }
}
