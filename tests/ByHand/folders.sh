#!/usr/bin/env bash
# folders.sh — a folder of our broker under Apache's, and one of theirs under ours: ordinary messages and a group's offset,
# delayed messages (levels and times) that are not due yet, transactions of which a third is undecided, messages that
# were popped, half of them acknowledged. Whichever broker comes second serves them all, each once. By hand; 5 minutes.
# usage: folders.sh PUBLISHED_BROKER_FOLDER REFERENCE JARS
#   REFERENCE  an executable with the verbs `up PORT-OFFSET` and `down` that keeps its store in $REFERENCE_HOME/store
#   JARS       the folder of Apache's jars; PORT_OFFSET=2000 moves all ports
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -eq 3 ] || { sed -n '2,7s/^# //p' "$0" >&2; exit 2; }
ours=$1 reference=$2 jars=$3
: "${REFERENCE_HOME:?names the folder of the reference broker}"
offset=${PORT_OFFSET:-2000}
[ ! -e "$REFERENCE_HOME/store" ] || { echo "$REFERENCE_HOME/store is in the way" >&2; exit 2; }
# On the same file system: a commit log is moved and not copied.
work=$(mktemp -d -p "$REFERENCE_HOME")
own=
own_down() { [ -z "$own" ] || { kill "$own"; wait "$own" || true; own=; }; }
finish() { own_down; "$reference" down || true; rm -rf "$work" "$REFERENCE_HOME/store"; }
trap finish EXIT

own_up() {
  "$ours/rocketmq" all-in-one --data "$work/own" --name-server-port $((9876 + offset)) --port $((10911 + offset)) --http-port 0 \
    --set transactionCheckInterval=5000 >"$work/own.log" 2>&1 &
  own=$!
  until grep -qs 'ready: broker' "$work/own.log"; do kill -0 "$own"; sleep 0.1; done
}
program() { "$here/run" "$jars" Folders 127.0.0.1:$((9876 + offset)) "$1" "$work/state"; }

echo "ours, then Apache's"
own_up
program fill
own_down
mv "$work/own/store" "$REFERENCE_HOME/store"
"$reference" up "$offset" >/dev/null
program check
"$reference" down
rm -rf "$REFERENCE_HOME/store" "$work/own"

echo "Apache's, then ours"
"$reference" up "$offset" >/dev/null
program fill
"$reference" down
mkdir "$work/own"
mv "$REFERENCE_HOME/store" "$work/own/store"
own_up
program check
