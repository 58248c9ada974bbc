#!/usr/bin/env bash
# Removes what `make up` made: the instance with its messages, the operator, the definitions (unless somebody else uses them),
# and the cluster where `make up` or `make test` started it, whether or not E2E_CLUSTER still names it. Can be run again.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cluster="$root/.ci/cluster.sh"
started="$state/cluster-started"
namespace=default
kubectl() { "$cluster" tool kubectl "$@"; }

remove_instance() {
  kubectl -n $namespace delete job quickstart-check --ignore-not-found
  if kubectl get crd rocketmqinstances.rocketmq.io >/dev/null 2>&1; then
    kubectl -n $namespace delete -f - --ignore-not-found <"$root/examples/quickstart.yaml"
    wait_for_its_pods
  fi
  # Volumes outlive an instance by policy; here they are part of what was made.
  kubectl -n $namespace delete pvc -l app.kubernetes.io/instance=quickstart --ignore-not-found
}

# The children go with the instance, but only their garbage collection knows when, and a kubelet of 1.20 clears away ended pods
# once a minute. Not `kubectl wait`: to that of 1.20 it is an error when there is nothing left to wait for.
wait_for_its_pods() {
  local pods
  for _ in $(seq 360); do
    pods=$(kubectl -n $namespace get pod -l app.kubernetes.io/instance=quickstart -o name)
    [ -n "$pods" ] || return 0
    sleep 0.5
  done
  die "pods of the instance are still there after three minutes: \`$cluster tool kubectl -n $namespace get pods\` shows them."
}

remove_operator() {
  local kinds=rocketmqinstances.rocketmq.io,topics.rocketmq.io,groups.rocketmq.io
  local manifests="$artifacts/manifests/rocketmq-operator.yaml"
  [ -f "$manifests" ] || return 0
  # Deleting a definition deletes every object of its kind, so it must have none left in any namespace.
  if [ -n "$(kubectl get $kinds --all-namespaces -o name 2>/dev/null)" ]; then
    say "Other instances are left, so the definitions stay."
    without_definitions "$manifests" | kubectl delete --ignore-not-found -f -
  else
    kubectl delete --ignore-not-found -f - <"$manifests"
  fi
}

without_definitions() { awk 'BEGIN { RS = "---\n" } NF && !/\nkind: CustomResourceDefinition/ { printf "---\n%s", $0 }' "$1"; }

# The cluster that was started here is meant when none is named, even if another one would be found first.
is_ours='' kind='' why=''
find_ours() {
  local program named=${E2E_KUBECONFIG:-}${E2E_CLUSTER:-}
  [ -f "$started" ] || return 0
  read -r kind program <"$started"
  if [ -z "$named" ] && [ -x "$program" ]; then export E2E_CLUSTER=$program; fi
  if why=$("$cluster" ours); then
    is_ours=1
  elif [ -z "$named" ]; then
    unset E2E_CLUSTER
  fi
}

# A cluster of our own making goes as a whole; what is in it need not be asked to go first.
goes_as_a_whole() { [ -n "$is_ours" ] && { [ "$kind" = k3s ] || [ "$kind" = debian ]; }; }

find_ours
if goes_as_a_whole; then
  say "The cluster was started by make up or make test, and goes with all that is in it."
elif [ "$("$cluster" which)" = none ] || ! kubectl get --raw /readyz --request-timeout 5s >/dev/null 2>&1; then
  say "No cluster answers: nothing to remove from it."
else
  step "remove the instance and its messages" remove_instance
  step "remove the operator" remove_operator
fi
if [ -n "$is_ours" ]; then step "stop the cluster" "$cluster" down; fi
[ -z "$why" ] || say "$why"
# Left by a test run that was killed.
if [ -f "$state/oldest-started" ]; then
  step "stop Kubernetes 1.20" "$root/tests/Cluster/debian/cluster" down
  rm -f "$state/oldest-started"
fi
rm -f "$state"/loaded-*
