'use strict';

// usage: consume.js CLIENT OPTIONS.json
// Answers {"started": true}, then one line a message: {tags, keys, properties, bytes, sha256, messageId, at}. Runs until its
// standard input ends, and answers {"done": true} then.
// OPTIONS: {nameServer, group, instance, topic, expression, broadcast, failing, maxReconsumeTimes}.
const crypto = require('crypto');
const fs = require('fs');
const { finish } = require('./finish.js');

// What arrives while the client is still starting waits for the line that says it has started.
let early = [];

function report(message) {
  if (early) return early.push(message);
  const { body, ...rest } = message;
  const bytes = Buffer.from(body);
  const sha256 = crypto.createHash('sha256').update(bytes).digest('hex');
  process.stdout.write(JSON.stringify({ ...rest, bytes: bytes.length, sha256, at: Date.now() }) + '\n');
}

async function main() {
  const [client, file] = process.argv.slice(2);
  const options = JSON.parse(fs.readFileSync(file, 'utf8'));
  const consumer = await require(`./${client}.js`).startConsumer(options, message => {
    report(message);
    return !options.failing;
  });
  process.stdout.write(JSON.stringify({ started: true }) + '\n');
  const held = early;
  early = null;
  held.forEach(report);
  await new Promise(resolve => process.stdin.on('end', resolve).resume());
  await finish(consumer);
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
