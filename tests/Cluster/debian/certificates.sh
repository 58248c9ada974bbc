# One authority, and a certificate for each part. Sourced by init, inside the node.

make_certificates() {
  local hosts="DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $pki/ca.key -out $pki/ca.crt -days 3650 \
    -subj /CN=rocketmq-debian -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  openssl genrsa -out $pki/accounts.key 2048
  certificate apiserver /CN=kube-apiserver "$hosts,IP:$api_service,IP:$node_address,IP:127.0.0.1"
  certificate kubelet "/O=system:nodes/CN=system:node:$node_name" "DNS:$node_name,IP:$node_address"
  certificate admin /O=system:masters/CN=admin
  certificate controllers /CN=system:kube-controller-manager
  certificate scheduler /CN=system:kube-scheduler
  certificate proxy /CN=system:kube-proxy
  local name
  for name in kubelet controllers scheduler proxy; do kubeconfig_of $name >$pki/$name.conf; done
  (umask 077 && kubeconfig_of admin >/cluster/kubeconfig)
}

# certificate NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$pki/$1.key" -subj "$2" -out "$pki/$1.csr"
  printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s\n' "${3:+subjectAltName=$3}" >"$pki/$1.ext"
  openssl x509 -req -in "$pki/$1.csr" -CA $pki/ca.crt -CAkey $pki/ca.key -CAcreateserial -days 3650 -out "$pki/$1.crt" \
    -extfile "$pki/$1.ext"
}

kubeconfig_of() {
  cat <<EOF
apiVersion: v1
kind: Config
current-context: rocketmq-debian
clusters:
  - name: rocketmq-debian
    cluster: {server: "https://$node_address:6443", certificate-authority-data: $(base64 -w0 <$pki/ca.crt)}
users:
  - name: $1
    user: {client-certificate-data: $(base64 -w0 <"$pki/$1.crt"), client-key-data: $(base64 -w0 <"$pki/$1.key")}
contexts:
  - name: rocketmq-debian
    context: {cluster: rocketmq-debian, user: $1}
EOF
}
