# Where everything is. Sourced, not run; .ci/lib.sh (say, die, step, $cache) comes before it.

# Raised when what is built changes: another recipe is another folder, and an old one may be removed.
recipe=2
# Built once, the same for every checkout, used read-only afterwards.
built="$cache/debian-kubernetes-$recipe"
node_root="$built/root"
toolchain="$built/toolchain"
source_tree="$built/go/src/k8s.io/kubernetes"
programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

# A machine has one cluster, because its addresses and its device are the machine's: every checkout, whatever its cache, finds the
# same one here. `down` removes the folder; the locks go when the machine stops.
home=/var/lib/rocketmq-kubernetes
node_logs="$home/logs"
admin_config="$home/kubeconfig"
# Held by `up` and `down` while they are at work, and by the processes of the node as long as one of them lives.
cluster_lock=/run/rocketmq-kubernetes.lock
node_lock=/run/rocketmq-kubernetes-node.lock
# Held while the cache is filled.
build_lock="$cache/debian-kubernetes.lock"

is_built() { [ -f "$built/complete" ]; }

# exclusively LOCK COMMAND...: one at a time. The lock goes with this process and its step, however they end.
exclusively() {
  exec 9>"$1"
  shift
  end_orphans
  flock --nonblock 9 || {
    say "Another process is at it: waiting."
    flock 9
  }
  "$@"
  exec 9>&-
}
