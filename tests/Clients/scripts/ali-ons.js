'use strict';

// ali-ons: a client written in JavaScript that speaks remoting with JSON headers.
const { Producer, Consumer, Message } = require('ali-ons');

const quiet = { info() {}, debug() {}, warn() {}, error: text => console.error(text) };

function common(options) {
  return {
    // Asked only for name server addresses over HTTP, which these tests do not use.
    httpclient: { request: () => Promise.reject(new Error('no HTTP here')) },
    nameSrv: options.nameServer,
    logger: quiet,
    // A client id is IP@instance: members of one group in one test must differ.
    instanceName: options.instance,
    rebalanceInterval: 1000,
    persistConsumerOffsetInterval: 1000,
    heartbeatBrokerInterval: 5000,
    pollNameServerInteval: 5000,
  };
}

/** Returns {send(message) -> message id, close()}. */
exports.startProducer = async options => {
  const producer = new Producer({
    ...common(options),
    producerGroup: options.group,
    maxMessageSize: 5 * 1024 * 1024,
    sendMsgTimeout: 15000,
    retryTimesWhenSendFailed: 0,
  });
  producer.on('error', error => console.error(error));
  await producer.ready();
  return {
    async send({ topic, tags, keys, properties, body }) {
      const message = new Message(topic, tags, body);
      if (keys) message.keys = [keys];
      Object.assign(message.properties, properties);
      const result = await producer.send(message);
      if (result.sendStatus !== 'SEND_OK') throw new Error(`sendStatus ${result.sendStatus}`);
      return result.msgId;
    },
    close: () => producer.close(),
  };
};

/** `handle(message)` answers whether the message was dealt with; a false sends it back to the broker. */
exports.startConsumer = async (options, handle) => {
  const consumer = new Consumer({
    ...common(options),
    consumerGroup: options.group,
    isBroadcast: options.broadcast,
    consumeFromWhere: 'CONSUME_FROM_FIRST_OFFSET',
    maxReconsumeTimes: options.maxReconsumeTimes ?? 16,
    parallelConsumeLimit: 8,
  });
  consumer.on('error', error => console.error(error));
  consumer.subscribe(options.topic, options.expression ?? '*', async message => {
    const { TAGS: tags, KEYS: keys, ...properties } = message.properties;
    const received = { tags, keys, properties, body: message.body, messageId: message.msgId };
    // An error and not ACTION_RETRY: from the second delivery on, the client forgets what a handler answers.
    if (!handle({ ...received, reconsumeTimes: message.reconsumeTimes })) throw new Error('asked to fail');
  });
  await consumer.ready();
  return { close: () => consumer.close() };
};
