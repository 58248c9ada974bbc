import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.tools.admin.DefaultMQAdminExt;
import org.apache.rocketmq.tools.command.MQAdminStartup;

/**
 * Runs every command of mqadmin against two clusters in the same state and compares what it prints.
 * Run it through mqadmin.sh, which has the usage.
 */
public class Mqadmin {
    static final String TOPIC = "mqadmin_orders";
    static final String GROUP = "mqadmin_readers";
    static final String PRODUCERS = "mqadmin_writers";
    static final int QUEUES = 4;
    static final int MESSAGES = 40;
    /** clusterRT and its kind never end by themselves. */
    static final int SECONDS_PER_COMMAND = 15;

    final String nameServer;
    final Map<String, String> words = new LinkedHashMap<>();
    DefaultMQProducer producer;
    DefaultMQPushConsumer consumer;

    Mqadmin(String nameServer) {
        this.nameServer = nameServer;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[1]);
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("commands"))) {
            if (!line.isBlank() && !line.startsWith("#"))
                lines.add(line.strip());
        }
        int exit = arguments[0].equals("run") ? run(folder, lines, arguments[2], arguments[3]) : compare(folder, lines);
        System.out.flush();
        // Clients leave threads behind.
        Runtime.getRuntime().halt(exit);
    }

    /** Each cluster has a process of its own: clients keep producers and instances in static fields. */
    static int run(Path folder, List<String> lines, String number, String nameServer) throws Exception {
        Mqadmin cluster = new Mqadmin(nameServer);
        cluster.words.put("FOLDER", folder.resolve("export" + number).toString());
        cluster.prepare();
        for (int at = 0; at < lines.size(); at++)
            Files.writeString(file(folder, lines, at, number), cluster.run(lines.get(at)));
        cluster.end();
        return 0;
    }

    static int compare(Path folder, List<String> lines) throws Exception {
        List<String[]> accepted = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("accepted"))) {
            if (!line.startsWith("#"))
                accepted.add(line.split("\t"));
        }
        int same = 0;
        int known = 0;
        int wrong = 0;
        StringBuilder table = new StringBuilder("| command | verdict |\n|---|---|\n");
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.startsWith("{"))
                continue;
            String[] raw = new String[2];
            for (int i = 0; i < raw.length; i++) {
                Path file = file(folder, lines, at, String.valueOf(i));
                raw[i] = Files.readString(file);
                Files.writeString(Path.of(file + ".plain"), plain(raw[i]));
            }
            String verdict = verdict(line.split(" ")[0], raw[0], raw[1], accepted);
            switch (verdict) {
                case "same" -> same++;
                case "accepted" -> known++;
                default -> wrong++;
            }
            table.append("| `").append(line.replace("|", "\\|")).append("` | ").append(verdict).append(" |\n");
        }
        Files.writeString(folder.resolve("table.md"), table);
        System.out.print(table);
        System.out.println(same + " alike, " + known + " with accepted differences, " + wrong + " with others; what each"
            + " printed is in " + folder);
        return wrong == 0 ? 0 : 1;
    }

    static Path file(Path folder, List<String> lines, int at, String number) {
        return folder.resolve(String.format("%03d-%s.%s", at, lines.get(at).split(" ")[0].replaceAll("\\W", ""), number));
    }

    /** The state that both clusters are in when the first command runs. */
    void prepare() throws Exception {
        command("updateTopic", "-n", nameServer, "-c", "DefaultCluster", "-t", TOPIC, "-r", "4", "-w", "4");
        command("updateSubGroup", "-n", nameServer, "-c", "DefaultCluster", "-g", GROUP);
        DefaultMQAdminExt admin = new DefaultMQAdminExt();
        admin.setInstanceName("prepare" + nameServer);
        admin.setNamesrvAddr(nameServer);
        admin.start();
        String broker = admin.examineBrokerClusterInfo().getBrokerAddrTable().get("broker-a").selectBrokerAddr();
        admin.shutdown();
        words.put("BROKER", broker);
        producer = new DefaultMQProducer(PRODUCERS);
        producer.setInstanceName("writer" + nameServer);
        producer.setNamesrvAddr(nameServer);
        producer.setSendMsgTimeout(10_000);
        producer.start();
        consumer = new DefaultMQPushConsumer(GROUP);
        consumer.setInstanceName("reader" + nameServer);
        consumer.setNamesrvAddr(nameServer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setPersistConsumerOffsetInterval(500);
        consumer.subscribe(TOPIC, "even || odd");
        CountDownLatch received = new CountDownLatch(MESSAGES);
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            messages.forEach(message -> received.countDown());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        consumer.start();
        for (int i = 0; i < MESSAGES; i++) {
            Message message = new Message(TOPIC, i % 2 == 0 ? "even" : "odd", "key" + i,
                ("body " + i).getBytes(StandardCharsets.UTF_8));
            SendResult sent = producer.send(message, new MessageQueue(TOPIC, "broker-a", i % QUEUES));
            if (i == 0) {
                words.put("UNIQUE", sent.getMsgId());
                words.put("OFFSET", sent.getOffsetMsgId());
            }
        }
        if (!received.await(60, TimeUnit.SECONDS))
            System.err.println(nameServer + ": " + received.getCount() + " messages were not received");
        words.put("CLIENT", consumer.getDefaultMQPushConsumerImpl().getmQClientFactory().getClientId());
        // Until the group's offsets are kept, those of its retry topic, too.
        TimeUnit.SECONDS.sleep(10);
    }

    void end() {
        if (consumer != null)
            consumer.shutdown();
        if (producer != null)
            producer.shutdown();
    }

    /** A line of the list, with {WORD} replaced by what it is here. {stop-consumer} and {wait N} are the list's own. */
    String run(String line) throws Exception {
        if (line.equals("{stop-consumer}")) {
            consumer.shutdown();
            consumer = null;
            return "";
        }
        if (line.startsWith("{wait ")) {
            TimeUnit.SECONDS.sleep(Long.parseLong(line.replaceAll("\\D", "")));
            return "";
        }
        String[] parts = line.split(" ");
        List<String> given = new ArrayList<>();
        for (String part : parts) {
            for (Map.Entry<String, String> word : words.entrySet())
                part = part.replace("{" + word.getKey() + "}", word.getValue());
            given.add(part.replace("~", " "));
        }
        given.add(1, "-n");
        given.add(2, nameServer);
        return command(given.toArray(new String[0]));
    }

    static String command(String... arguments) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream capture = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PrintStream out = System.out;
        PrintStream err = System.err;
        System.setOut(capture);
        System.setErr(capture);
        try {
            // Commands are kept from call to call, with the clients that they have shut down.
            Field kept = MQAdminStartup.class.getDeclaredField("SUB_COMMANDS");
            kept.setAccessible(true);
            ((List<?>) kept.get(null)).clear();
            Thread thread = new Thread(() -> MQAdminStartup.main0(arguments, null));
            thread.setDaemon(true);
            thread.start();
            thread.join(TimeUnit.SECONDS.toMillis(SECONDS_PER_COMMAND));
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    static String verdict(String command, String first, String second, List<String[]> accepted) {
        boolean[] fails = {fails(first), fails(second)};
        if (fails[0] && fails[1])
            return plain(first).equals(plain(second)) ? "same" : "both refuse, in different words";
        if (fails[1])
            return "**exception**: " + reason(second);
        if (fails[0])
            return "exception of the first only: " + reason(first);
        if (plain(first).equals(plain(second)))
            return "same";
        List<String> only = new ArrayList<>(plain(first).lines().toList());
        List<String> other = new ArrayList<>();
        plain(second).lines().forEach(line -> {
            if (!only.remove(line))
                other.add(line);
        });
        only.addAll(other);
        for (String line : only) {
            if (accepted.stream().noneMatch(entry -> (entry[0].equals("*") || entry[0].equals(command))
                && Pattern.compile(entry[1]).matcher(line).find()))
                return "differs: " + line.substring(0, Math.min(line.length(), 120)).replace("|", "\\|");
        }
        return "accepted";
    }

    /** At the start of a line: what clients say of themselves may name exceptions, too. */
    static final Pattern EXCEPTION = Pattern.compile("(?m)^(Caused by: )?[\\w.]+\\.\\w*Exception(:|$)");

    static boolean fails(String text) {
        return EXCEPTION.matcher(text).find();
    }

    static String reason(String text) {
        String last = "";
        for (String line : text.split("\n")) {
            if (line.startsWith("Caused by") || (last.isEmpty() && line.contains("Exception")))
                last = line;
        }
        return last.strip().replace("|", "\\|");
    }

    /** What may differ: addresses, ids, times, rates, sizes, and the order of lines that a hash table decides. */
    static final String[][] REPLACED = {
        {"\\d{1,3}(\\.\\d{1,3}){3}(:\\d+)?", "ADDRESS"},
        {"\\b([0-9A-F]{32}|[0-9A-F]{56})\\b", "ID"},
        {"-?\\b\\d+\\.\\d+(E-?\\d+)?\\b", "REAL"},
        {"@\\d+#\\d+", "@CLIENT"},
        {"\\d{4}-\\d\\d-\\d\\d[ T#]\\d\\d:\\d\\d:\\d\\d(([.,:]\\d+))?", "TIME"},
        {"\\b(\\d{14}|\\d{17})\\b", "TIME"},
        {"TID: \\d+", "TID"},
        {"\\b1\\d{12}\\b", "TIME"},
        {"\\bexport[01]\\b", "FOLDER"},
        {"\\brt=\\d+ms", "rt=TIME"},
        {"spentTimeMills=\\d+", "spentTimeMills=TIME"},
        {"(?m)\\b(true|false)[ \\t]+\\d+$", "$1 TIME"},
        {"@[0-9a-f]{6,8}\\b", "@HASH"},
        {"(storeSize|commitLogOffset|bodyCRC)=\\d+", "$1=SIZE"},
        {"(?m)^(Store Size|CommitLog Offset|Body Crc.*?):.*$", "$1: SIZE"},
        {"(?m)^(\\s*at |\\s*\\.\\.\\. ).*$", ""},
        {"0x[0-9a-f]+", "HEX"},
        {"[ \\t]+", " "},
    };

    static String plain(String text) {
        for (String[] pair : REPLACED)
            text = Pattern.compile(pair[0]).matcher(text).replaceAll(pair[1]);
        List<String> lines = new ArrayList<>();
        for (String line : text.split("\n")) {
            if (!line.isBlank())
                lines.add(line.strip());
        }
        lines.sort(null);
        return String.join("\n", lines) + "\n";
    }
}
