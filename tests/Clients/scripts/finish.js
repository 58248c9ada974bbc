'use strict';

// One end in ten of the C++ client never comes: its threads wait for each other. The tests want what was sent and received,
// so they read up to {"done": true} and then end the process themselves.
const closeLimitMs = 5000;

/** Closes a producer or consumer, for a limited time, and says that no line will follow. */
exports.finish = async client => {
  await Promise.race([client.close(), new Promise(resolve => setTimeout(resolve, closeLimitMs).unref())]);
  process.stdout.write(JSON.stringify({ done: true }) + '\n');
};
