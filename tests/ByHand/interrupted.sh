#!/usr/bin/env bash
# interrupted.sh — the two commands and their Kubernetes 1.20 are ended in the middle and called again. The moments are spread evenly
# over the time that the command takes; in turn they are an interrupt of its process group (as Ctrl-C), SIGKILL of its process
# group, and SIGKILL of all that it has started. What was interrupted must then do its work, and `down` must leave nothing; in
# every other round of `down` and `make-down`, the way up is called at once instead. By hand, as root; a round takes half a minute.
# usage: interrupted.sh up|down|make-up|make-down ROUNDS
#   E2E_CLUSTER= (empty)  make finds Kubernetes 1.20 by itself; by default it is named, and make down removes what is in it first
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cluster="$root/tests/Cluster/debian/cluster"
export E2E_CLUSTER=${E2E_CLUSTER-$cluster}
[ $# -eq 2 ] || { sed -n '2,7s/^# //p' "$0" >&2; exit 2; }
verb=$1 rounds=$2
case $verb in
  up) victim=("$cluster" up) before=("$cluster" down) ;;
  down) victim=("$cluster" down) before=("$cluster" up) ;;
  make-up) victim=(make -C "$root" up) before=(make -C "$root" down) ;;
  make-down) victim=(make -C "$root" down) before=(make -C "$root" up) ;;
  *) exit 2 ;;
esac
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Everything below a process, the process last.
family() {
  local child
  for child in $(pgrep -P "$1"); do family "$child"; done
  echo "$1"
}

# What a cluster has on the machine; nothing is printed when nothing is left.
remains() {
  grep -ls rocketmq-debian /proc/[0-9]*/cgroup || true
  grep -s rocketmq-kubernetes /proc/self/mountinfo || true
  ip link show dev rocketmq0 2>/dev/null || true
  ip route show table all | grep -E '10\.21[123]\.0\.0' || true
  find /sys/fs/cgroup -name rocketmq-debian
  ls -d /var/lib/rocketmq-kubernetes 2>/dev/null || true
}

must() {
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log"
    echo "FAILED: $*"
    exit 1
  fi
}

must_leave_nothing() {
  # Processes that have been ended need a moment.
  for _ in $(seq 50); do
    [ -n "$(remains)" ] || return 0
    sleep 0.1
  done
  remains
  echo "FAILED: this is left"
  exit 1
}

must "${before[@]}"
start=${EPOCHREALTIME/,/.}
must "${victim[@]}"
seconds=$(awk -v a="$start" -v b="${EPOCHREALTIME/,/.}" 'BEGIN { print b - a }')
echo "$verb takes $seconds s"
ended=0
for round in $(seq "$rounds"); do
  must "${before[@]}"
  moment=$(awk -v t="$seconds" -v i="$round" -v n="$rounds" 'BEGIN { printf "%.2f", t * (i - 0.5) / n }')
  # With job control: a group of its own, in which an interrupt is not ignored.
  set -m
  "${victim[@]}" >"$log" 2>&1 </dev/null &
  set +m
  group=$!
  sleep "$moment"
  case $((round % 3)) in
    0) how=interrupt signal=INT whom=(-- "-$group") ;;
    1) how='kill group' signal=KILL whom=(-- "-$group") ;;
    2)
      how='kill all' signal=KILL
      mapfile -t whom < <(family "$group")
      ;;
  esac
  kill -s "$signal" "${whom[@]}" 2>/dev/null || true
  code=0
  wait "$group" 2>/dev/null || code=$?
  [ $code = 0 ] || ended=$((ended + 1))
  again=("${victim[@]}")
  case $verb in *down) [ $((round / 3 % 2)) = 0 ] || again=("${before[@]}") ;; esac
  printf '%3d  %-10s after %6s s, which ended with %3d; then %s\n' "$round" "$how" "$moment" $code "${again[*]##*/}"
  must "${again[@]}"
  case "${again[*]}" in
    *down) must_leave_nothing ;;
    *) must "$cluster" tool kubectl get --raw /readyz ;;
  esac
done
must "$cluster" down
must_leave_nothing
echo "$rounds rounds, $ended of them interrupted in the middle, 0 failed"
