#!/usr/bin/env bash
# Writes generated files again. usage: generate.sh [--check] crds|rbac|reference...
# With --check nothing changes: it fails when a committed file differs from what would be written.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

check=
if [ "${1:-}" = --check ]; then
  check=1
  shift
fi
dotnet build "$root/operator/Host" -c Release -v quiet
operator="$artifacts/bin/Operator.Host/release/rocketmq-operator"
dotnet build "$root/broker/Host" -c Release -v quiet
rocketmq="$artifacts/bin/Broker.Host/release/rocketmq"

target() {
  case $1 in
    crds) echo crds ;;
    rbac) echo charts/rocketmq-operator/files ;;
    reference) echo docs/reference ;;
    *) die "generate.sh: unknown kind $1" ;;
  esac
}

write() {
  "$operator" generate "$1" --out "$2"
  # The reference has pages of both programs.
  if [ "$1" = reference ]; then "$rocketmq" generate reference --out "$2"; fi
}

for kind in "$@"; do
  folder=$(target "$kind")
  if [ -n "$check" ]; then
    fresh=$(mktemp -d)
    write "$kind" "$fresh" >/dev/null
    diff -r "$fresh" "$root/$folder" || die "$folder is stale: run \`make generate\` and commit."
    rm -rf "$fresh"
  else
    write "$kind" "$root/$folder"
  fi
done
