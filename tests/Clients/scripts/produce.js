'use strict';

// usage: produce.js CLIENT OPTIONS.json < messages
// Standard input holds one message a line as JSON: {topic, tags, keys, properties, body}. Answers one line a message, in any
// order: {"sent": number of the line, "messageId"} or {"sent", "error"}, and {"done": true} at the end.
// OPTIONS: {nameServer, group, instance, inFlight}.
const fs = require('fs');
const { finish } = require('./finish.js');
const readline = require('readline');

async function main() {
  const [client, file] = process.argv.slice(2);
  const options = JSON.parse(fs.readFileSync(file, 'utf8'));
  const producer = await require(`./${client}.js`).startProducer(options);
  const sending = new Set();
  let number = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const sent = number++;
    const send = producer
      .send(JSON.parse(line))
      .then(messageId => ({ sent, messageId }))
      .catch(error => ({ sent, error: String(error.message ?? error) }))
      .then(answer => {
        process.stdout.write(JSON.stringify(answer) + '\n');
        sending.delete(send);
      });
    sending.add(send);
    if (sending.size >= (options.inFlight ?? 32)) await Promise.race(sending);
  }
  await Promise.all(sending);
  await finish(producer);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
