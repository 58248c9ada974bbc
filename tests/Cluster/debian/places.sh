# Where everything is. Sourced, not run; .ci/lib.sh (say, die, step, $cache) comes before it.

# Raised when what is built changes: another recipe is another folder, and an old one may be removed.
recipe=2
# Built once, the same for every checkout, used read-only afterwards.
built="$cache/debian-kubernetes-$recipe"
node_root="$built/root"
toolchain="$built/toolchain"
source_tree="$built/go/src/k8s.io/kubernetes"
programs=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

# One cluster of a machine while it runs; `down` removes the folder.
home="${ROCKETMQ_DEBIAN_HOME:-/var/lib/rocketmq-kubernetes}"
node_logs="$home/logs"
admin_config="$home/kubeconfig"

is_built() { [ -f "$built/complete" ]; }

# exclusively NAME COMMAND...: one at a time on this machine. The lock goes with this process and its step, however they end.
exclusively() {
  exec 9>"$cache/$1.lock"
  shift
  end_orphans
  flock --nonblock 9 || {
    say "Another process is at it: waiting."
    flock 9
  }
  "$@"
  exec 9>&-
}
