#!/usr/bin/env bash
# Writes artifacts/manifests/rocketmq-operator.yaml: everything an install needs, for `kubectl apply`.
# Arguments go to `rocketmq-operator generate manifests` (its --help lists them).
# OPERATOR_PROGRAM: an operator that is built already; otherwise this builds it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

program=${OPERATOR_PROGRAM:-}
if [ -z "$program" ]; then
  dotnet build "$root/operator/Host" -c Release -v quiet
  program="$artifacts/bin/Operator.Host/release/rocketmq-operator"
fi
out="$artifacts/manifests/rocketmq-operator.yaml"
mkdir -p "$(dirname "$out")"
"$program" generate manifests "$@" >"$out.new"
mv "$out.new" "$out"
say "$out"
