#!/usr/bin/env bash
# From a fresh machine to a message cluster that has carried 1,000 messages. Every step can be run again; `make down` removes
# everything. usage: up.sh
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cluster="$root/.ci/cluster.sh"
namespace=default
messages=1000
kubectl() { "$cluster" tool kubectl "$@"; }
begin=${EPOCHREALTIME/,/.}

# Before anything is built: without a cluster all of it would be in vain.
"$cluster" check

apply_quickstart() {
  kubectl -n $namespace apply -f - <"$root/examples/quickstart.yaml"
}

wait_ready() {
  kubectl -n $namespace wait --for=condition=Ready rocketmqinstance/quickstart --timeout=180s
}

wait_topic() {
  kubectl -n $namespace wait --for=condition=Ready topic/orders group/order-readers --timeout=60s
}

# In the cluster, so it works wherever the cluster is.
check_in_cluster() {
  . "$artifacts/images/names.sh"
  kubectl -n $namespace delete job quickstart-check --ignore-not-found
  kubectl -n $namespace apply -f - <<EOF
apiVersion: batch/v1
kind: Job
metadata:
  name: quickstart-check
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: check
          image: $("$cluster" image "$BROKER_IMAGE")
          args: [admin, check, --name-server, "$(name_servers)", --topic, orders, --group, order-readers, --messages, "$messages"]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
EOF
  # `wait` knows one condition at a time, and a failed job should not cost its time limit.
  for _ in $(seq 240); do
    case $(kubectl -n $namespace get job quickstart-check -o jsonpath='{.status.succeeded}/{.status.failed}') in
      1/*) kubectl -n $namespace logs job/quickstart-check && return ;;
      */1) kubectl -n $namespace logs job/quickstart-check && return 1 ;;
    esac
    sleep 0.5
  done
  return 1
}

name_servers() { kubectl -n $namespace get rocketmqinstance quickstart -o jsonpath='{.status.endpoints.nameServers}'; }

# The name servers' and brokers' Services as addresses, since the cluster's names mean nothing outside of it.
name_server_ip() { kubectl -n $namespace get service quickstart-ns-0 -o jsonpath='{.spec.clusterIP}'; }

reachable() { timeout 3 bash -c "exec 3<>/dev/tcp/$1/9876" 2>/dev/null; }

check_by_npm() {
  install_npm "$root/tests/Clients"
  node "$root/tests/Clients/scripts/check.js" "$(name_server_ip):9876" orders order-readers "$messages"
}

say "RocketMQ for Kubernetes: from source to a running cluster"
step "install what is missing" "$root/.ci/prerequisites.sh" node images
# First what depends on the machine and its registries.
"$cluster" prepare
"$root/.ci/images.sh"
step "cluster ($("$cluster" which))" "$cluster" up
"$root/.ci/install.sh"
step "apply examples/quickstart.yaml" apply_quickstart
step "until the instance is Ready" wait_ready
step "until its topic and group are Ready" wait_topic
step "$messages messages through it, every body compared (Job)" check_in_cluster
if reachable "$(name_server_ip)"; then
  step "$messages messages by ali-ons, an npm client, from outside" check_by_npm
else
  say "  The cluster's network cannot be reached from here, so no client was tried from outside."
fi

cat <<EOF

Up in $(seconds_since "$begin") s. What runs:

$(kubectl -n $namespace get rocketmqinstances,topics.rocketmq.io,groups.rocketmq.io 2>&1 | sed 's/^/  /')

$(kubectl -n $namespace get pods -l app.kubernetes.io/instance=quickstart 2>&1 | sed 's/^/  /')

Endpoints:
  in the cluster     $(name_servers)
  discovery by HTTP  $(kubectl -n $namespace get rocketmqinstance quickstart -o jsonpath='{.status.endpoints.nameServerDiscovery}')

This operator watches the namespace $namespace only; an install for every namespace is \`make manifests\` or the chart.

Next:
  export KUBECONFIG=$("$cluster" kubeconfig)
$(type -P kubectl >/dev/null || echo "  alias kubectl='$cluster tool kubectl'")
  kubectl get rocketmq                                  everything of ours, and its state
  kubectl explain rocketmqinstance.spec.brokers         what can be set
  kubectl edit rocketmqinstance quickstart              two broker groups: spec.brokers.groups: 2
  kubectl exec quickstart-g0-0 -- /app/rocketmq admin --help
  make down                                             remove all of it
EOF
