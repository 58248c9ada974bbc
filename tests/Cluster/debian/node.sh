# The node: one process tree in namespaces of its own (processes, mounts, network, cgroups), so that ending its first process
# ends everything, whatever state it was in. Sourced, not run.

node_pid="$home/init.pid"
ready="$home/ready"
# There while `down` is at work: whoever comes after one that was interrupted ends what it has begun.
ending="$home/ending"

# 1 is flock's word for a lock that somebody holds; one that cannot be opened is nobody's. Shared, so that two who ask at the
# same time do not take each other for the node.
is_running() {
  local code=0
  flock --shared --nonblock "$node_lock" true 2>/dev/null || code=$?
  [ $code = 1 ]
}

# ip of the node's packages, since a machine need not have one.
ip_tool() { if [ -d "$node_root" ]; then chroot "$node_root" /usr/sbin/ip "$@"; else ip "$@"; fi; }

# With the root of its first process, which is not its mount namespace's where this machine is a chroot.
enter() { nsenter --target "$(cat "$node_pid")" --mount --root --net --pid --uts --ipc --cgroup -- "$@"; }

kubectl_tool() { KUBECONFIG=${KUBECONFIG:-$admin_config} "$built/bin/kubectl" "$@"; }

up() {
  prepare
  exclusively "$cluster_lock" up_alone
}

up_alone() {
  if [ -f "$ending" ] || ! wait_for 30 node_is_settled; then down_alone; fi
  if ! is_running; then
    # The device of a node that was killed goes a moment after it.
    wait_for 10 has_no_cable ||
      die "this machine has a device $cable of a cluster that was started elsewhere (an older checkout, or another root)" \
        "and can have only one: take it down there first."
    addresses_are_free
    forget_node
    takes_containers ||
      die "containers cannot run in $home, whose file system is $(stat -f -c %T "$home"): where this machine is a chroot on an" \
        "overlay, mount another one there first, a disk or \`mount -t tmpfs tmpfs $home\`, and then again."
    start_node
  fi
  wait_for 30 node_has_begun || die "the node did not start: see $node_logs."
  lay_cable
  wait_for 120 node_is_ready || {
    tail -n 5 "$node_logs"/*.log >&2
    die "the node is not ready after two minutes: see $node_logs (and \`$0 down\`, then up again)."
  }
  say "Kubernetes 1.20 is up: KUBECONFIG=$admin_config"
}

# wait_for SECONDS COMMAND...
wait_for() {
  local tries=$(($1 * 5))
  shift
  while [ "$tries" -gt 0 ]; do
    if "$@"; then return 0; fi
    tries=$((tries - 1))
    sleep 0.2
  done
  return 1
}

node_has_begun() { [ -s "$node_pid" ]; }
# A node that was killed holds the lock until its last process is gone; its first process takes no more children by then.
node_lives() { node_has_begun && nsenter --target "$(cat "$node_pid")" --pid -- true 2>/dev/null; }
node_is_settled() { ! is_running || node_lives; }
node_is_ready() { [ -f "$ready" ] && kubectl_tool get --raw /readyz --request-timeout 5s >/dev/null 2>&1; }

# A container's files are an overlay of folders in $home, and an overlay takes none that lie on an overlay themselves. The node
# would be ready all the same, and its pods would never start.
takes_containers() {
  local try="$home/try" code=0
  mkdir -p "$try"/{lower,upper,work,merged}
  unshare --mount mount -t overlay overlay -o "lowerdir=$try/lower,upperdir=$try/upper,workdir=$try/work" "$try/merged" \
    2>/dev/null || code=$?
  rm -rf "$try"
  return $code
}

# The scripts are copied: a checkout may change while the node runs them. The lock is taken here and handed over, so that at no
# moment the node is there and the lock is not held.
start_node() {
  local file
  exec 8>>"$node_lock"
  # Whoever asks whether the node runs holds it for an instant.
  flock --timeout 10 8 || die "$node_lock is held by a process that is not the node's: \`fuser -v $node_lock\` names it."
  mkdir -p "$home"/{scripts,logs,var,mount}
  mkdir -p -m 700 "$home/pki"
  cp "$here"/{init,addresses.sh,components.sh,certificates.sh,names.sh,cluster.yaml} "$home/scripts/"
  for file in kubelet.yaml containerd.toml pods.conflist; do
    sed "s,@node@,$node_address,; s,@pods@,$pod_network," "$here/$file" >"$home/scripts/$file"
  done
  setsid "$here/namespaces" "$home" "$node_root" "$built/bin" "$node_name" >"$node_logs/namespaces.log" 2>&1 </dev/null 9>&- &
  exec 8>&-
}

has_cable() { ip_tool link show dev $cable >/dev/null 2>&1; }
has_no_cable() { ! has_cable; }

addresses_are_free() {
  local network
  for network in $cable_network $pod_network $service_network; do
    if ip_tool -4 route show root "$network" | grep -qv unreachable; then
      die "this machine uses addresses of $network already, which the cluster would need (tests/Cluster/debian/addresses.sh)."
    fi
  done
}

# One cable between the machine and the node, and the routes that lead over it.
lay_cable() {
  local network
  for network in $cable_network $pod_network $service_network; do
    # Without the cable they lead nowhere, instead of out of the machine.
    ip_tool route replace unreachable "$network" metric 4096
  done
  has_cable || ip_tool link add $cable type veth peer name eth0 netns "$(cat "$node_pid")"
  ip_tool address replace $machine_address/24 dev $cable
  ip_tool link set $cable up
  ip_tool route replace $pod_network via $node_address
  ip_tool route replace $service_network via $node_address
}

down() {
  [ "$(id -u)" = 0 ] || die "the cluster runs as root, so only root can end it."
  exclusively "$cluster_lock" down_alone
}

down_alone() {
  local network
  # A device of that name would then be another root's.
  is_running || has_home || return 0
  [ -d "$node_root" ] || has ip || die "the routes are removed with ip, which is missing: \`apt-get install iproute2\`, then again."
  touch "$ending"
  if is_running; then
    if wait_for 30 node_has_begun; then kill -9 "$(cat "$node_pid")" 2>/dev/null || true; fi
    wait_for 30 node_is_gone || die "processes of the node do not end: \`fuser -v $node_lock\` names them."
  fi
  ip_tool link del $cable 2>/dev/null || true
  for network in $cable_network $pod_network $service_network; do
    ip_tool route del unreachable "$network" metric 4096 2>/dev/null || true
  done
  wait_for 10 forget_cgroups || die "cgroups named $node_name are left below /sys/fs/cgroup."
  forget_node
}

node_is_gone() { ! is_running; }

# A cgroup can be removed when its last process is really gone.
forget_cgroups() {
  local folders
  mapfile -t folders < <(find /sys/fs/cgroup -maxdepth 2 -type d -name "$node_name")
  [ ${#folders[@]} -eq 0 ] || find "${folders[@]}" -depth -type d -exec rmdir {} + 2>/dev/null
}

has_home() { [ -n "$(ls -A "$home" 2>/dev/null)" ]; }

# The folder itself may be a disk of its own, and stays then.
forget_node() {
  [ -d "$home" ] || return 0
  find "$home" -xdev -mindepth 1 -delete
  rmdir "$home" 2>/dev/null || true
}

status() {
  if is_running; then kubectl_tool get nodes -o wide; else say "Not running."; fi
}

load() {
  is_running || die "the cluster is not up: \`$0 up\` starts it."
  enter ctr --namespace k8s.io images import - <"$1"
}

tool() {
  local name=$1
  shift
  if [ "$name" = kubectl ]; then
    kubectl_tool "$@"
  else
    # Debian has no helm, for one; a machine may have it all the same (.ci/helm.sh).
    has "$name" || die "$name is not installed, and no part of this cluster."
    KUBECONFIG=${KUBECONFIG:-$admin_config} "$name" "$@"
  fi
}

logs() { tail -n 50 "$node_logs/$1.log"; }
