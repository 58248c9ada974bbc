#!/usr/bin/env bash
# Races our broker against Apache's on this machine, in one run and load after load in turn, and prints one table:
# each figure of both, their ratio, and whether the goal is met.
# usage: compare.sh PUBLISHED_BROKER_FOLDER REFERENCE [SECONDS]
#   PUBLISHED_BROKER_FOLDER  what `dotnet publish broker/Host -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true` wrote
#   REFERENCE                an executable with the verbs `up PORT-OFFSET` and `down`; REFERENCE_HOME holds its jars, logs and broker.pid
#   SECONDS                  measured time of each load, 5 by default, after as long a warm-up
# ROUNDS=2 repeats everything and prints means; JAVA=1 adds Apache's Java client; ONLY='pop|delay' picks loads by name;
# PORT_OFFSET=2000 moves all ports. A round takes about 50 times SECONDS, with JAVA=1 65 times; the Java consumer needs
# SECONDS=7 to begin. What earlier runs left in the reference's store is read, too: begin with an empty one.
# Goals: rate >= 2 times Apache's, >= 1.5 where the client is the limit; p99 and CPU time per message <= half of Apache's.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 2 ] || { sed -n '2,12s/^# //p' "$0" >&2; exit 2; }
ours=$1 reference=$2 seconds=${3:-5}
: "${REFERENCE_HOME:?names the folder of the reference broker}"
work=$(mktemp -d)
offset=${PORT_OFFSET:-2000}
jars=$(dirname "$(find "$REFERENCE_HOME" -name 'rocketmq-client-*.jar' | head -n 1)")
own=
die() { echo "compare.sh: $*" >&2; exit 1; }
is_open() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
finish() { [ -z "$own" ] || kill "$own" 2>/dev/null || true; "$reference" down || true; rm -rf "$work"; }
# What is there already would be measured in place of what is started here.
for port in $((9876 + offset)) $((10911 + offset)) $((10376 + offset)) $((11411 + offset)); do
  ! is_open "$port" ||
    die "port $port is in use, perhaps by the reference of an earlier run: \`$reference down\`, or set PORT_OFFSET"
done
trap finish EXIT

"$ours/rocketmq" all-in-one --data "$work/data" --name-server-port $((10376 + offset)) --port $((11411 + offset)) --http-port 0 \
  >"$work/own.log" 2>&1 &
own=$!
"$reference" up "$offset" >"$work/theirs.log" 2>&1 || true
for _ in $(seq 100); do grep -q 'ready: broker' "$work/own.log" && break; sleep 0.1; done
grep -q 'ready: broker' "$work/own.log" || { tail -n 3 "$work/own.log" >&2; die "our broker did not start within 10 s"; }
theirs=$(cat "$REFERENCE_HOME/broker.pid" 2>/dev/null || true)
{ [ -n "$theirs" ] && kill -0 "$theirs" && is_open $((10911 + offset)); } 2>/dev/null || {
  tail -n 5 "$work/theirs.log" "$REFERENCE_HOME/broker.log" >&2 || true
  die "the reference did not start: its logs are in $REFERENCE_HOME"
}
name_server() { if [ "$1" = "$own" ]; then echo 127.0.0.1:$((10376 + offset)); else echo 127.0.0.1:$((9876 + offset)); fi; }

java_client() { # pid verb topic threads bytes-or-count
  java -cp "$jars/*" "$here/java/ClientBenchmark.java" "$2" "$(name_server "$1")" "$3" "$4" "$5" "$seconds" "$seconds" "$1" 2>/dev/null
}
light_client() { # pid verb argument...
  local pid=$1; shift
  dotnet "${BENCHMARKS:-$here/../../artifacts/bin/Benchmarks/release/Benchmarks.dll}" "$@" --name-server "$(name_server "$pid")" --pid "$pid"
}
# One load on both, ours first: a line NAME|GOAL|OURS|THEIRS for the table. Messages that the reference refuses under
# load do not end the run: they are among the figures.
race() { # name goal client argument...
  local name=$1 goal=$2 client=$3 line="$1|$2" pid figures; shift 3
  [[ $name =~ ${ONLY:-.} ]] || return 0
  for pid in "$own" "$theirs"; do
    figures=$("$client" "$pid" "$@" 2>"$work/refused") || echo "$name: $(head -n 1 "$work/refused")" >&2
    line+="|$figures"
  done
  echo "$line" >>"$work/lines"
  tr '|' '\n' <<<"$line" | sed '1d;2d;s/^/  /' >&2
}
table() {
  awk -F'|' '
    function figure(text, name,   i, n, words, pair) {
      n = split(text, words, " ")
      for (i = 1; i <= n; i++) { split(words[i], pair, "="); if (pair[1] == name) return pair[2] }
      return ""
    }
    function row(load, what, goal, higher, a, b,   ratio, met) {
      if (a == 0 || b == 0) return
      ratio = a / b
      met = higher ? ratio >= goal : ratio <= goal
      missed += !met
      printf "%-34s %-9s %12.1f %12.1f %7.2f  %s %-4s %s\n", load, what, a, b, ratio, higher ? ">=" : "<=", goal, met ? "met" : "MISSED"
    }
    !($1 in goals) { order[++loads] = $1; goals[$1] = $2 }
    { rounds[$1]++; split("msg/s p99us brokerCpuUs/msg", names, " ")
      for (i in names) { own[$1, names[i]] += figure($3, names[i]); other[$1, names[i]] += figure($4, names[i]) } }
    END {
      printf "%-34s %-9s %12s %12s %7s  %s\n", "load", "figure", "ours", "reference", "ratio", "goal"
      for (i = 1; i <= loads; i++) {
        l = order[i]; n = rounds[l]
        row(l, "msg/s", goals[l], 1, own[l, "msg/s"] / n, other[l, "msg/s"] / n)
        row(l, "p99 us", 0.5, 0, own[l, "p99us"] / n, other[l, "p99us"] / n)
        row(l, "CPU us", 0.5, 0, own[l, "brokerCpuUs/msg"] / n, other[l, "brokerCpuUs/msg"] / n)
      }
      printf "%d of the goals missed\n", missed
    }' "$work/lines"
}

send() { # topic senders bytes argument...
  printf '%s\n' send --topic "$1" --senders "$2" --bytes "$3" --warmup "$seconds" --seconds "$seconds" "${@:4}"
}
# Both run their busiest code first, unmeasured: a virtual machine compiles it as it runs.
for pid in "$own" "$theirs"; do
  light_client "$pid" send --topic warm --senders 64 --bytes 1024 --warmup 0 --seconds $((2 * seconds)) >/dev/null 2>&1 || true
done
for round in $(seq "${ROUNDS:-1}"); do
  echo "round $round" >&2
  for bytes in 128 1024; do
    for senders in 1 16 64; do
      # One sender waits most of its time for the wire.
      race "send $bytes B, $senders senders" "$([ "$senders" = 1 ] && echo 1.5 || echo 2)" light_client $(send "bench$bytes" "$senders" "$bytes")
    done
  done
  race "batch 32 x 128 B, 16 senders" 2 light_client $(send batch 16 128 --batch 32)
  race "backlog" 2 light_client consume --topic bench1024 --seconds "$seconds"
  race "transactions, 16 producers" 2 light_client transact --topic transactions --warmup "$seconds" --seconds "$seconds"
  race "delayed, level 1 s" 2 light_client delay --topic "levels$round" --level 1 --messages $((seconds * 5000))
  race "delayed, 2500 ms" 2 light_client delay --topic "timers$round" --delay-ms 2500 --messages $((seconds * 5000))
  race "pop and acknowledge" 2 light_client pop --topic bench128 --group "bench_pop_$$_$round" --seconds "$seconds"
  [ -z "${JAVA:-}" ] || {
    race "Java: send 1 KiB, 64 threads" 1.5 java_client send java 64 1024
    race "Java: backlog, 20 threads" 1.5 java_client consume java 20 400000
  }
done
table
