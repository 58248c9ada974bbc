'use strict';

// usage: check.js NAME-SERVER TOPIC GROUP COUNT
// Sends COUNT messages by ali-ons and receives them again, comparing every body. For `make up` and for curious people.
const crypto = require('crypto');
const { startProducer, startConsumer } = require('./ali-ons.js');

const limitMs = 60000;

async function main() {
  const [nameServer, topic, group, count] = process.argv.slice(2);
  const options = { nameServer, topic, group };
  const run = crypto.randomBytes(4).toString('hex');
  const waiting = new Map();
  const began = Date.now();
  let finished;
  let allSent = false;
  const done = new Promise(resolve => (finished = resolve));

  // Others may use the topic too: only messages of this run count.
  const consumer = await startConsumer({ ...options, instance: `check-consumer-${run}` }, ({ keys, body }) => {
    if (waiting.get(keys) === body.toString('hex')) waiting.delete(keys);
    if (allSent && waiting.size === 0) finished();
    return true;
  });
  const producer = await startProducer({ ...options, group: 'check', instance: `check-producer-${run}` });
  let inFlight = [];
  for (let i = 0; i < Number(count); i++) {
    const body = crypto.randomBytes(1024);
    const keys = `${run}-${i}`;
    waiting.set(keys, body.toString('hex'));
    inFlight.push(producer.send({ topic, tags: 'check', keys, body }));
    if (inFlight.length === 32) await Promise.all(inFlight.splice(0));
  }
  await Promise.all(inFlight);
  const sentMs = Date.now() - began;
  allSent = true;
  if (waiting.size === 0) finished();
  const late = setTimeout(finished, limitMs);
  await done;
  clearTimeout(late);
  console.log(`sent ${count} in ${sentMs} ms, ${waiting.size} missing or changed after ${Date.now() - began} ms`);
  await Promise.all([producer.close(), consumer.close()]);
  return waiting.size === 0;
}

main().then(
  whole => process.exit(whole ? 0 : 1),
  error => {
    console.error(error);
    process.exit(1);
  }
);
