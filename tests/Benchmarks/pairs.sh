#!/usr/bin/env bash
# Compares two builds of our broker: shows whether a change made it slower. Loads run on both in turn, pair after pair.
# usage: pairs.sh BEFORE AFTER [PAIRS] [SECONDS]
#   BEFORE, AFTER  folders that `dotnet publish broker/Host -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true` wrote
#   PAIRS          pairs per load, 15 by default, at least 6
#   SECONDS        measured time of each run, 3 by default
# ONLY='pop|delay' picks loads by name, DATA names the folder for both stores (a temporary one by default; needs 20 GB),
# PORT is the first of 20 ports (26011). Fifteen pairs of all loads take about 40 minutes. Exact figures need strace.
# Each row gives the median of AFTER/BEFORE and its 95 % interval. A rate passes when the interval reaches 0.97 and its median 0.93;
# CPU time per message passes when the interval begins at 1.03 or below. Exits with 1 if a row fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 2 ] || { sed -n '2,10s/^# //p' "$0" >&2; exit 2; }
before=$1 after=$2 pairs=${3:-15} seconds=${4:-3}
[ "$pairs" -ge 6 ] || { echo "pairs.sh: fewer than 6 pairs have no 95 % interval" >&2; exit 2; }
# A process keeps its luck (addresses, hash seeds, compiled code), so both start again after this many pairs.
pairs_per_process=5
port=${PORT:-26011}
work=$(mktemp -d ${DATA:+-p "$DATA"})
declare -A pid=() folder=([before]=$before [after]=$after)
# The broker also listens two ports below its own.
declare -A base=([before]=$port [after]=$((port + 10)))

stop() { local side; for side in before after; do
  [ -z "${pid[$side]:-}" ] || { kill "${pid[$side]}"; wait "${pid[$side]}" || true; }
  pid[$side]=; rm -rf "$work/$side"; done; }
trap 'stop; rm -rf "$work"' EXIT
start() {
  local side first
  for side in before after; do
    first=${base[$side]}
    "${folder[$side]}/rocketmq" all-in-one --data "$work/$side" --name-server-port "$first" --port $((first + 4)) \
      --http-port $((first + 1)) >"$work/$side.log" 2>&1 &
    pid[$side]=$!
    until grep -qs 'ready: broker' "$work/$side.log"; do
      kill -0 "${pid[$side]}" || { tail -n 3 "$work/$side.log" >&2; exit 1; }
      sleep 0.05
    done
  done
  for side in before after; do
    client "$side" send --topic warm --senders 64 --bytes 1024 --warmup 0 --seconds 5 >/dev/null
    # The backlog that `backlog` and `pop` read.
    client "$side" send --topic kept --senders 64 --bytes 1024 --warmup 0 --seconds 600 --messages 1500000 >/dev/null
  done
}
client() { # side verb argument...
  local side=$1; shift
  dotnet "${BENCHMARKS:-$here/../../artifacts/bin/Benchmarks/release/Benchmarks.dll}" "$@" \
    --name-server "127.0.0.1:${base[$side]}" --pid "${pid[$side]}"
}
measure() { # load name, client's arguments: both sides; the order changes from pair to pair
  local name=$1 side line sides=(before after); shift
  [[ $name =~ ${ONLY:-.} ]] || return 0
  [ $((pair % 2)) = 0 ] || sides=(after before)
  for side in "${sides[@]}"; do
    line=$(client "$side" "$@")
    echo "$name|$pair|$side|$line" >>"$work/lines"
    echo "  $pair $side: $line" >&2
  done
}
send() { # name topic senders bytes argument...
  measure "$1" send --topic "$2" --senders "$3" --bytes "$4" --warmup 1 --seconds "$seconds" "${@:5}"
}
run_pair() {
  send "send 128 B, 1 sender" one 1 128
  send "send 128 B, 64 senders" small 64 128
  send "send 1 KiB, 16 senders" large 16 1024
  send "batch 32 x 128 B" batch 16 128 --batch 32
  measure "backlog" consume --topic kept --seconds "$seconds"
  measure "transactions" transact --topic transactions --warmup 1 --seconds "$seconds"
  measure "delayed, level 1 s" delay --topic "levels$pair" --level 1 --messages $((seconds * 8000))
  measure "delayed, 2500 ms" delay --topic "timers$pair" --delay-ms 2500 --messages $((seconds * 8000))
  measure "pop and acknowledge" pop --topic kept --group "pairs_$pair" --seconds "$seconds"
}

table() {
  awk -F'|' '
    function figure(text, name,   i, n, words, pair) {
      n = split(text, words, " ")
      for (i = 1; i <= n; i++) { split(words[i], pair, "="); if (pair[1] == name) return pair[2] }
      return 0
    }
    function row(load, name, label, higher,   n, i, j, low, a, b, ratios, t, middle, passed) {
      n = 0
      for (i = 0; i < pairs; i++) {
        a = figure(lines[load, i, "after"], name); b = figure(lines[load, i, "before"], name)
        if (a > 0 && b > 0) ratios[++n] = a / b
      }
      if (n < 6) { printf "%-24s %-6s %d pairs are too few\n", load, label, n; failed++; return }
      for (i = 2; i <= n; i++) { t = ratios[i]; for (j = i - 1; j >= 1 && ratios[j] > t; j--) ratios[j + 1] = ratios[j]; ratios[j + 1] = t }
      # Ranks around the median that hold it in at least 95 of 100 samples (the sign test).
      low = int((n - 1.96 * sqrt(n)) / 2) + 1; if (low < 1) low = 1
      middle = n % 2 ? ratios[(n + 1) / 2] : (ratios[n / 2] + ratios[n / 2 + 1]) / 2
      passed = higher ? ratios[n + 1 - low] >= 0.97 && middle >= 0.93 : ratios[low] <= 1.03
      failed += !passed
      printf "%-24s %-6s %3d pairs  %.3f  [%.3f, %.3f]  %s\n", load, label, n, middle, ratios[low], ratios[n + 1 - low], passed ? "passed" : "FAILED"
    }
    { if (!($1 in known)) { known[$1]; order[++loads] = $1 }
      lines[$1, $2, $3] = $4; if ($2 + 1 > pairs) pairs = $2 + 1 }
    END {
      for (i = 1; i <= loads; i++) { row(order[i], "msg/s", "rate", 1); row(order[i], "brokerCpuUs/msg", "CPU", 0) }
      printf "%d rows failed\n", failed
      exit failed > 0
    }' "$work/lines"
}

allocated() { curl -fsS "http://127.0.0.1:$((${base[$1]} + 1))/metrics" | awk '$1 == "dotnet_allocated_bytes_total" { print $2 }'; }
# Bytes allocated over a fixed number of messages, after everything has its size.
allocations() {
  local side from
  for side in before after; do
    client "$side" send --topic exact --senders 64 --bytes 128 --warmup 0 --seconds 600 --messages 1000000 >/dev/null
    from=$(allocated "$side")
    client "$side" send --topic exact --senders 64 --bytes 128 --warmup 0 --seconds 600 --messages 1000000 >/dev/null
    echo "allocated by 1,000,000 sends, $side: $(($(allocated "$side") - from)) bytes"
    from=$(allocated "$side")
    client "$side" consume --topic kept --messages 1000000 --seconds 60 >/dev/null
    echo "allocated by 1,000,000 pulled messages, $side: $(($(allocated "$side") - from)) bytes"
  done
}
# One sender, so that each message costs its own calls. Waits are left out: they depend on time.
system_calls() {
  local side tracer
  command -v strace >/dev/null || { echo "system calls: not counted, strace is missing"; return 0; }
  for side in before after; do
    strace -f -c -U calls,name -p "${pid[$side]}" -o "$work/calls" 2>/dev/null &
    tracer=$!
    sleep 1
    client "$side" send --topic exact --senders 1 --bytes 128 --warmup 0 --seconds 300 --messages 20000 >/dev/null
    kill -INT "$tracer"; wait "$tracer" || true
    awk -v side="$side" '
      $1 ~ /^[0-9]+$/ && $2 !~ /futex|epoll|poll|nanosleep|sched_yield|madvise|membarrier|total/ && $1 >= 1000 { list = list sprintf("  %s %.2f", $2, $1 / 20000) }
      END { print "system calls per message, one sender, " side ":" list }' "$work/calls"
  done
}

start
allocations
system_calls
for ((pair = 0; pair < pairs; pair++)); do
  [ "$pair" = 0 ] || [ $((pair % pairs_per_process)) != 0 ] || { stop; start; }
  run_pair
done
table
