#!/usr/bin/env bash
# Races our broker against Apache's on this machine, in one run and in turn, and prints each figure with the ratio ours/theirs.
# usage: compare.sh PUBLISHED_BROKER_FOLDER REFERENCE [SECONDS]
#   PUBLISHED_BROKER_FOLDER  what `dotnet publish broker/Host -c Release -r linux-x64 --self-contained` wrote
#   REFERENCE                an executable with the verbs `up PORT-OFFSET` and `down`; REFERENCE_HOME holds its jars, logs and broker.pid
#   SECONDS                  measured time of each load, 10 by default, after as long a warm-up
# The light client of this folder is used for both; ROUNDS=3 repeats everything, JAVA=1 adds Apache's Java client.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ours=$1 reference=$2 seconds=${3:-10}
: "${REFERENCE_HOME:?names the folder of the reference broker}"
work=$(mktemp -d)
offset=2000
jars=$(dirname "$(find "$REFERENCE_HOME" -name 'rocketmq-client-*.jar' | head -n 1)")
own=
finish() { [ -z "$own" ] || kill "$own" 2>/dev/null || true; "$reference" down || true; rm -rf "$work"; }
trap finish EXIT

"$ours/rocketmq" all-in-one --data "$work/data" --name-server-port 26876 --port 26911 --http-port 0 >"$work/own.log" 2>&1 &
own=$!
"$reference" up "$offset" >/dev/null
for _ in $(seq 100); do grep -q 'ready: broker' "$work/own.log" && break; sleep 0.1; done
theirs=$(cat "$REFERENCE_HOME/broker.pid")

java_client() { # verb nameserver topic threads bytes-or-count pid
  java -cp "$jars/*" "$here/java/ClientBenchmark.java" "$1" "$2" "$3" "$4" "$5" "$seconds" "$seconds" "$6" 2>/dev/null
}
light_client() { dotnet "${BENCHMARKS:-$here/../../artifacts/bin/Benchmarks/release/Benchmarks.dll}" "$@"; }
field() { sed -n "s|.* $1=\([0-9.]*\).*|\1|p" <<<"$2"; }
pair() { # label ours theirs
  echo "$1"
  echo "  ours      $2"
  echo "  reference $3"
  for figure in msg/s brokerCpuUs/msg p99us; do
    local a b
    a=$(field "$figure" "$2") b=$(field "$figure" "$3")
    [ -n "$a" ] && [ -n "$b" ] && awk -v f="$figure" -v a="$a" -v b="$b" 'BEGIN { printf "  ratio     %s %.2f\n", f, a / b }'
  done
}

for round in $(seq "${ROUNDS:-1}"); do
  for senders in 1 64; do
    pair "round $round: light client, $senders senders, 1 KiB" \
      "$(light_client send --name-server 127.0.0.1:26876 --topic bench1k --senders $senders --bytes 1024 --warmup "$seconds" --seconds "$seconds" --pid "$own")" \
      "$(light_client send --name-server 127.0.0.1:$((9876 + offset)) --topic bench1k --senders $senders --bytes 1024 --warmup "$seconds" --seconds "$seconds" --pid "$theirs")"
    [ -z "${JAVA:-}" ] || pair "round $round: Java client, $senders senders, 1 KiB" \
      "$(java_client send 127.0.0.1:26876 bench1k $senders 1024 "$own")" \
      "$(java_client send 127.0.0.1:$((9876 + offset)) bench1k $senders 1024 "$theirs")"
  done
  pair "round $round: light client, backlog" \
    "$(light_client consume --name-server 127.0.0.1:26876 --topic bench1k --seconds "$seconds" --pid "$own")" \
    "$(light_client consume --name-server 127.0.0.1:$((9876 + offset)) --topic bench1k --seconds "$seconds" --pid "$theirs")"
  [ -z "${JAVA:-}" ] || pair "round $round: Java client, backlog, 20 threads" \
    "$(java_client consume 127.0.0.1:26876 bench1k 20 400000 "$own")" \
    "$(java_client consume 127.0.0.1:$((9876 + offset)) bench1k 20 400000 "$theirs")"
done
