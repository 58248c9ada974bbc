import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;

/**
 * Load from Apache's own Java client, the second opinion beside our light client. Runs from source against any broker:
 * java -cp 'JARS/*' ClientBenchmark.java send|consume NAMESERVER TOPIC THREADS BYTES WARMUP_SECONDS SECONDS BROKER_PID
 * Prints one line: messages per second, latency percentiles in microseconds, broker CPU in microseconds per message.
 */
public final class ClientBenchmark {
    public static void main(String[] args) throws Exception {
        System.setProperty(RemotingCommand.SERIALIZE_TYPE_PROPERTY, "ROCKETMQ");
        String verb = args[0], nameServer = args[1], topic = args[2];
        int threads = Integer.parseInt(args[3]), bytes = Integer.parseInt(args[4]);
        long warmup = Long.parseLong(args[5]), seconds = Long.parseLong(args[6]), pid = Long.parseLong(args[7]);
        if (verb.equals("send")) send(nameServer, topic, threads, bytes, warmup, seconds, pid);
        else consume(nameServer, topic, threads, bytes, seconds, pid);
        System.exit(0);
    }

    static void send(String nameServer, String topic, int threads, int bytes, long warmup, long seconds, long pid)
            throws Exception {
        DefaultMQProducer producer = new DefaultMQProducer("bench_producer");
        producer.setNamesrvAddr(nameServer);
        producer.setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
        producer.start();
        byte[] body = new byte[bytes];
        Arrays.fill(body, (byte) 'x');
        AtomicBoolean measuring = new AtomicBoolean(), stop = new AtomicBoolean();
        LongAdder failures = new LongAdder();
        long[][] latencies = new long[threads][2_000_000];
        int[] counts = new int[threads];
        CountDownLatch done = new CountDownLatch(threads);
        for (int t = 0; t < threads; t++) {
            int me = t;
            new Thread(() -> {
                while (!stop.get()) {
                    long start = System.nanoTime();
                    try {
                        producer.send(new Message(topic, body));
                    } catch (Exception e) {
                        failures.increment();
                        continue;
                    }
                    if (measuring.get() && counts[me] < latencies[me].length)
                        latencies[me][counts[me]++] = System.nanoTime() - start;
                }
                done.countDown();
            }).start();
        }
        Thread.sleep(warmup * 1000);
        long cpu = cpuMicros(pid), begin = System.nanoTime();
        measuring.set(true);
        Thread.sleep(seconds * 1000);
        stop.set(true);
        long elapsed = System.nanoTime() - begin;
        cpu = cpuMicros(pid) - cpu;
        done.await();
        long total = Arrays.stream(counts).asLongStream().sum();
        long[] all = new long[(int) total];
        for (int t = 0, at = 0; t < threads; at += counts[t++])
            System.arraycopy(latencies[t], 0, all, at, counts[t]);
        Arrays.sort(all);
        System.out.printf("send threads=%d bytes=%d msg/s=%.0f p50us=%.0f p99us=%.0f brokerCpuUs/msg=%.2f failures=%d%n",
                threads, bytes, total * 1e9 / elapsed, all[all.length / 2] / 1e3, all[(int) (all.length * 0.99)] / 1e3,
                (double) cpu / total, failures.sum());
        producer.shutdown();
    }

    static void consume(String nameServer, String topic, int threads, int expected, long seconds, long pid)
            throws Exception {
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer("bench_consumer_" + System.nanoTime());
        consumer.setNamesrvAddr(nameServer);
        consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
        consumer.setConsumeThreadMin(threads);
        consumer.setConsumeThreadMax(threads);
        consumer.setPullBatchSize(32);
        consumer.setConsumeMessageBatchMaxSize(32);
        consumer.subscribe(topic, "*");
        LongAdder received = new LongAdder();
        AtomicLong first = new AtomicLong(), last = new AtomicLong();
        consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
            first.compareAndSet(0, System.nanoTime());
            received.add(messages.size());
            last.set(System.nanoTime());
            return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
        });
        long cpu = cpuMicros(pid);
        consumer.start();
        long deadline = System.nanoTime() + seconds * 1_000_000_000L;
        while (received.sum() < expected && System.nanoTime() < deadline) Thread.sleep(20);
        long count = received.sum();
        System.out.printf("consume threads=%d messages=%d msg/s=%.0f brokerCpuUs/msg=%.2f%n", threads, count,
                count * 1e9 / (last.get() - first.get()), (double) (cpuMicros(pid) - cpu) / count);
        consumer.shutdown();
    }

    /** User and system time of a process; a clock tick is 10 ms on Linux (sysconf _SC_CLK_TCK is 100). */
    static long cpuMicros(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10_000;
    }
}
