#!/usr/bin/env bash
# Installs the operator from what this checkout builds: images into the cluster, then `kubectl apply` of the manifests.
# usage: install.sh
# WATCH_NAMESPACES: the namespaces to watch, separated by spaces; by default the one of the quick start.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$artifacts/images/names.sh"

cluster="$root/.ci/cluster.sh"
kubectl() { "$cluster" tool kubectl "$@"; }

load_images() {
  # A cluster keeps its images; what this one has is remembered by its identity.
  local identity
  identity=$(kubectl get namespace kube-system -o jsonpath='{.metadata.uid}')
  for program in rocketmq rocketmq-operator; do
    local mark="$state/loaded-$identity-$program"
    if [ "$(cat "$mark" 2>/dev/null)" != "$(cat "$artifacts/images/$program.name")" ]; then
      "$cluster" load "$artifacts/images/$program.tar"
      cp "$artifacts/images/$program.name" "$mark"
    fi
  done
}

# Such as 1.20; some providers write a minor version of "20+".
server_version() {
  kubectl get --raw /version | tr -d ' \n' | sed -n 's/.*"major":"\([0-9]*\).*"minor":"\([0-9]*\).*/\1.\2/p'
}

write_manifests() {
  local arguments=(--namespace rocketmq-system --kubernetes "$(server_version)")
  arguments+=(--operator-image "$("$cluster" image "$OPERATOR_IMAGE")" --image "$("$cluster" image "$BROKER_IMAGE")")
  local namespace
  for namespace in ${WATCH_NAMESPACES-default}; do arguments+=(--watch-namespace "$namespace"); done
  OPERATOR_PROGRAM="$artifacts/publish/Operator.Host/release_linux-x64/rocketmq-operator" "$root/.ci/manifests.sh" "${arguments[@]}"
}

apply() {
  kubectl apply --server-side --force-conflicts --field-manager=rocketmq-install -f - <"$artifacts/manifests/rocketmq-operator.yaml"
  kubectl -n rocketmq-system rollout status deployment/rocketmq-operator --timeout=120s
}

step "load images into the cluster" load_images
step "write the manifests" write_manifests
step "install the operator" apply
