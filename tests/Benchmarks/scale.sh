#!/usr/bin/env bash
# What much of everything does to our broker: many topics, many connections, a long backlog read cold.
# usage: scale.sh PUBLISHED_BROKER_FOLDER DATA_FOLDER topics|connections|backlog...
#   topics       10,000 topics with 8 queues: restart, memory, mappings, handles, and the send rate over all of them against one topic's
#   connections  10,000 consumers that send heartbeats for a minute
#   backlog      50 million messages, a restart with an empty page cache (as root), and all of them read; 10 GB of disk
# DATA_FOLDER is removed at the end; topics needs 40 GB there. TOPICS, CONNECTIONS and MESSAGES change the numbers, SECONDS_EACH
# how long each rate is measured (10), PAIRS how often each (5), PORT 24911 and the one below it.
# Goals: ready in 10 s, 400 MiB of its own memory, a rate within 20 % of one topic's, handles and mappings below the usual limits.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 3 ] || { sed -n '2,10s/^# //p' "$0" >&2; exit 2; }
published=$1 data=$2; shift 2
port=${PORT:-24911} name_server=127.0.0.1:$((port - 1))
broker=
stop() { [ -z "$broker" ] || { kill "$broker"; wait "$broker" || true; broker=; }; }
trap 'rm -rf "$data"' EXIT
mkdir -p "$data"

now_ms() { echo $(($(date +%s%N) / 1000000)); }
start() { # prints how long it took to serve
  local began; began=$(now_ms)
  "$published/rocketmq" all-in-one --data "$data/store" --name-server-port $((port - 1)) --port "$port" --http-port 0 >"$data/log" 2>&1 &
  broker=$!
  until grep -qs 'ready: broker' "$data/log"; do kill -0 "$broker"; sleep 0.05; done
  echo "ready after $(($(now_ms) - began)) ms"
}
client() { dotnet "${BENCHMARKS:-$here/../../artifacts/bin/Benchmarks/release/Benchmarks.dll}" "$@" --name-server "$name_server"; }
footprint() { # label
  echo "$1: RssAnon $(awk '/RssAnon/ { print int($2 / 1024) }' "/proc/$broker/status") MiB," \
    "$(wc -l <"/proc/$broker/maps") mappings, $(find "/proc/$broker/fd" -mindepth 1 | wc -l) handles"
}
drop_caches() { sync; echo 3 2>/dev/null >/proc/sys/vm/drop_caches || echo "the page cache stays: that is for root"; }

topics() {
  local count=${TOPICS:-10000} seconds=${SECONDS_EACH:-10}
  start
  client topics --topic many --topics "$count"
  each_queue "$count"
  footprint "after messages in each queue"
  stop
  drop_caches
  start
  footprint "after a restart"
  # The first message of a queue finds the queue's end on the disk.
  each_queue "$count"
  # In turn, because the machine's other work changes the rate, too; and often, because single ones differ by a fifth.
  local pair one many
  for ((pair = 0; pair < ${PAIRS:-5}; pair++)); do
    one=$(client send --topic one --senders 64 --bytes 1024 --warmup 3 --seconds "$seconds" --pid "$broker")
    many=$(client send --topic many --topics "$count" --senders 64 --bytes 1024 --warmup 3 --seconds "$seconds" --pid "$broker")
    printf '%s\n%s\n' "$one" "$many" | tee /dev/stderr
  done | awk -F'msg/s=' '{
      rate = $2 + 0
      if (NR % 2) { ones += rate; one = rate; next }
      manys += rate; ratio = rate / one
      if (NR == 2 || ratio < least) least = ratio
      if (ratio > most) most = ratio
    }
    END { printf "many topics / one topic: %.2f in all, single pairs %.2f to %.2f\n", manys / ones, least, most }'
  footprint "after more messages"
  stop
}
each_queue() { # topics
  client send --topic many --topics "$1" --senders 64 --bytes 1024 --warmup 0 --seconds 600 --messages $(($1 * 16)) --pid "$broker"
}

connections() {
  start
  footprint "before"
  client hold --topic one --connections "${CONNECTIONS:-10000}" --seconds 60 --pid "$broker"
  footprint "after they closed"
  stop
}

backlog() {
  local count=${MESSAGES:-50000000}
  start
  client send --topic backlog --senders 16 --bytes 16 --batch 32 --warmup 0 --seconds 3600 --messages "$count" --pid "$broker"
  footprint "after $count messages"
  du -sh "$data/store" | cut -f1
  stop
  drop_caches
  start
  client consume --topic backlog --seconds 3600 --pid "$broker"
  footprint "after all were read"
  stop
}

for part; do
  echo "$part"
  # A pipe's parts are shells of their own: what one started, it ends.
  (trap stop EXIT && "$part") 2>&1 | sed -u 's/^/  /'
  rm -rf "$data/store"
done
