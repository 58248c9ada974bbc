#!/usr/bin/env bash
# hostile.sh — trials that a published broker should survive: processes killed and frozen, disks full, slow, failing and stalled,
# power cuts, connections cut and half-sent, limits, clocks, damaged files, hostile frames, API calls refused and delayed. Each takes 5
# minutes at most, has namespaces of its own, and prints one line; what fails keeps its folder with data and logs. By hand, as root.
# usage: hostile.sh PUBLISHED_BROKER_FOLDER [--only NAME]... [--list] [--resume FOLDER] [--seed NUMBER] [--keep]
#   --only NAME      the trials with NAME in their name
#   --list           prints the trials, what they do, and what must hold
#   --resume FOLDER  goes on with a run that was interrupted, or starts one there
#   --keep           keeps the folders of trials that hold, too
# The folder wants 12 GiB of room. OPERATOR names the folder of a published operator, without which its trials are skipped. Clocks need the package faketime.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
usage() { sed -n '2,10s/^# //p' "$0" >&2; exit 2; }
published='' folder='' list='' options=()
while [ $# -gt 0 ]; do
  case $1 in
    --only | --seed) options+=("$1" "${2:?$1 wants a value}"); shift ;;
    --resume) folder=${2:?--resume wants a folder}; shift ;;
    --list) list=1 ;;
    --keep) options+=(--keep) ;;
    -*) usage ;;
    *) [ -z "$published" ] || usage; published=$1 ;;
  esac
  shift
done
[ -n "$list" ] || [ -x "$published/rocketmq" ] || usage
dotnet build "$root/tests/Hostile" -c Release -v quiet >&2
hostile=(dotnet "$root/artifacts/bin/Hostile/release/Hostile.dll")
[ -z "$list" ] || exec "${hostile[@]}" list
[ "$(id -u)" = 0 ] || { echo "hostile.sh mounts, freezes and kills: run it as root" >&2; exit 2; }
published=$(cd "$published" && pwd)
[ -z "${OPERATOR:-}" ] || options+=(--operator "$(cd "$OPERATOR" && pwd)/rocketmq-operator")
exec "${hostile[@]}" run "$published/rocketmq" --folder "${folder:-$(mktemp -d -t hostile-XXXXXX)}" ${options[@]+"${options[@]}"}
