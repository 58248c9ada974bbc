#!/usr/bin/env bash
# mqadmin.sh — every command of Apache's mqadmin against two clusters in the same state: what it prints must be the
# same but for addresses, times and sizes. By hand: it needs Java 17, the jars of Apache 5.3 and a broker of theirs.
# usage: mqadmin.sh JARS THEIR-NAME-SERVER OUR-NAME-SERVER [RESULT-FOLDER]
# Both clusters are fresh and consist of one broker broker-a in DefaultCluster; ours is, for example,
#   rocketmq all-in-one --data FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 3 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
result=$(mkdir -p "${4:-mqadmin-result}" && cd "${4:-mqadmin-result}" && pwd)
cat >"$result/topics.json" <<'JSON'
[{"topicName": "mqadmin_listed", "readQueueNums": 3, "writeQueueNums": 3, "perm": 6}]
JSON
cat >"$result/groups.json" <<'JSON'
[{"groupName": "mqadmin_listed", "retryMaxTimes": 5}]
JSON
cp "$here/mqadmin.accepted" "$result/accepted"
sed "s#{LISTS}#$result#" "$here/mqadmin.commands" >"$result/commands"
java=(java -cp "$1/*" -Duser.home="$result" -Drocketmq.home.dir="$result" -Drocketmq.client.logRoot="$result/logs"
  "$here/Mqadmin.java")
# Some commands leave files where they run.
cd "$result"
"${java[@]}" run "$result" 0 "$2"
"${java[@]}" run "$result" 1 "$3"
"${java[@]}" compare "$result"
