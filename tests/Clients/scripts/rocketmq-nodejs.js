'use strict';

// rocketmq-nodejs: Apache's C++ client behind a thin layer. It has no user properties and gives bodies as text.
// It logs below $HOME/logs, and ends at once where it cannot (its option for that folder does not work).
const { Producer, PushConsumer } = require('rocketmq-nodejs');

function common(options) {
  return { nameServer: options.nameServer, logLevel: 'error' };
}

/** Returns {send(message) -> message id, close()}. */
exports.startProducer = async options => {
  const producer = new Producer(options.group, options.instance, {
    ...common(options),
    maxMessageSize: 5 * 1024 * 1024,
    sendMessageTimeout: 15000,
  });
  await producer.start();
  return {
    async send({ topic, tags, keys, body }) {
      const result = await producer.send(topic, body, { tags, keys });
      if (result.status !== 0) throw new Error(`status ${result.statusStr}`);
      return result.msgId;
    },
    close: () => producer.shutdown(),
  };
};

/** `handle(message)` answers whether the message was dealt with; a false sends it back to the broker. */
exports.startConsumer = async (options, handle) => {
  const consumer = new PushConsumer(options.group, options.instance, {
    ...common(options),
    threadCount: 4,
    maxReconsumeTimes: options.maxReconsumeTimes ?? 16,
  });
  consumer.subscribe(options.topic, options.expression ?? '*');
  consumer.on('message', ({ tags, keys, body, msgId }, ack) => ack.done(handle({ tags, keys, body, messageId: msgId })));
  await consumer.start();
  return { close: () => consumer.shutdown() };
};
