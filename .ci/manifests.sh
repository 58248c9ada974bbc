#!/usr/bin/env bash
# Writes artifacts/manifests/rocketmq-operator.yaml: everything an install needs, for `kubectl apply`.
# Arguments go to `rocketmq-operator generate manifests` (its --help lists them).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

out="$artifacts/manifests/rocketmq-operator.yaml"
mkdir -p "$(dirname "$out")"
dotnet run --project "$root/operator/Host" -c Release -v quiet -- generate manifests "$@" >"$out.new"
mv "$out.new" "$out"
say "$out"
