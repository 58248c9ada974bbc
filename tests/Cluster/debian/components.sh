# How each part of the control plane and of the node is started. Sourced by init, inside the node.

# keep NAME COMMAND: runs it, with its output in a log, and again a second after it ended.
keep() {
  local name=$1
  shift
  (while :; do
    "$@" || echo "$name ended with $?"
    sleep 1
  done) >>"/cluster/logs/$name.log" 2>&1 </dev/null &
}

# In memory: the cluster's state lives as long as the node, and a slow disk would cost elections.
etcd_server() {
  etcd --data-dir=/run/etcd --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 \
    --initial-cluster=default=http://127.0.0.1:2380 --log-level=warn --logger=zap
}

api_server() {
  kube-apiserver --etcd-servers=http://127.0.0.1:2379 --advertise-address=$node_address --secure-port=6443 \
    --tls-cert-file=$pki/apiserver.crt --tls-private-key-file=$pki/apiserver.key --client-ca-file=$pki/ca.crt \
    --kubelet-client-certificate=$pki/admin.crt --kubelet-client-key=$pki/admin.key \
    --kubelet-certificate-authority=$pki/ca.crt --kubelet-preferred-address-types=InternalIP \
    --service-account-key-file=$pki/accounts.key --service-account-signing-key-file=$pki/accounts.key \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local --api-audiences=https://kubernetes.default.svc.cluster.local \
    --service-cluster-ip-range=$service_network --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --allow-privileged=true
}

# Volumes are folders of the node, made and removed by the controllers themselves (volumes.patch).
controller_manager() {
  kube-controller-manager --kubeconfig=$pki/controllers.conf --authentication-kubeconfig=$pki/controllers.conf \
    --authorization-kubeconfig=$pki/controllers.conf --service-account-private-key-file=$pki/accounts.key \
    --root-ca-file=$pki/ca.crt --cluster-signing-cert-file=$pki/ca.crt --cluster-signing-key-file=$pki/ca.key \
    --use-service-account-credentials=true --enable-hostpath-provisioner=true --leader-elect=false \
    --bind-address=127.0.0.1
}

scheduler() {
  kube-scheduler --kubeconfig=$pki/scheduler.conf --authentication-kubeconfig=$pki/scheduler.conf \
    --authorization-kubeconfig=$pki/scheduler.conf --leader-elect=false --bind-address=127.0.0.1
}

container_runtime() { containerd --config /cluster/scripts/containerd.toml; }

kubelet_agent() {
  kubelet --config=/cluster/scripts/kubelet.yaml --kubeconfig=$pki/kubelet.conf --hostname-override=$node_name \
    --node-ip=$node_address --container-runtime=remote --container-runtime-endpoint=unix:///run/containerd/containerd.sock \
    --cni-conf-dir=/cluster/scripts --cni-bin-dir=/usr/lib/cni --volume-plugin-dir=/var/lib/kubelet/plugins
}

service_proxy() {
  kube-proxy --kubeconfig=$pki/proxy.conf --hostname-override=$node_name --proxy-mode=iptables --cluster-cidr=$pod_network \
    --conntrack-max-per-core=0 --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0 \
    --oom-score-adj=0 --metrics-bind-address=127.0.0.1:10249
}

# Nothing is asked outside of the cluster: what the hosts file does not know does not exist.
name_server() {
  touch /run/names
  dnsmasq --keep-in-foreground --conf-file=/dev/null --user=root --pid-file=/run/dnsmasq.pid --listen-address=$node_address \
    --bind-interfaces --no-resolv --no-hosts --addn-hosts=/run/names '--local=/#/' --local-ttl=1 --log-facility=-
}
