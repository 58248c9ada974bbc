#!/usr/bin/env bash
# The cluster that `make up` and the cluster tests use, the first of:
#   E2E_KUBECONFIG   a cluster of your own, by its kubeconfig; images go to the registry E2E_REGISTRY: host/path, or
#                    http://host/path where it speaks plain HTTP
#   E2E_CLUSTER      the absolute path of a program with the verbs  up [NODES] | down | kubeconfig | load TAR | tool NAME ARGS
#   k3s in Docker    where Docker answers
#   Debian           as root: Kubernetes 1.20, built once from the distribution's source package (tests/Cluster/debian)
# usage: cluster.sh which | check | prepare | up | ours | down | kubeconfig | load TAR... | image NAME | tool kubectl|helm ARGS...
# `which` prints own, program, k3s, debian or none. `check` fails with a sentence where something must be set first.
# `ours` succeeds when the cluster was started here, and says why not when another one was; `down` stops ours and no other.
# `prepare` does what takes minutes, the first time, and says so.
# `image` prints a loaded image's name as pods must write it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

k3s_container=rocketmq-k3s
k3s_image=rancher/k3s:v1.34.1-k3s1
k3s_config="$cache/k3s.kubeconfig"
# What was started here, for `make down`: the word of `which` and the program, then the cluster's identity once it answers.
started="$state/cluster-started"
# One program more with the same verbs.
debian="$root/tests/Cluster/debian/cluster"

which_cluster() {
  if [ -n "${E2E_KUBECONFIG:-}" ]; then
    [ -r "$E2E_KUBECONFIG" ] || die "E2E_KUBECONFIG=$E2E_KUBECONFIG cannot be read."
    echo own
  elif [ -n "${E2E_CLUSTER:-}" ]; then
    if [ "${E2E_CLUSTER#/}" = "$E2E_CLUSTER" ] || [ ! -x "$E2E_CLUSTER" ]; then
      die "E2E_CLUSTER=$E2E_CLUSTER is not the absolute path of a program."
    fi
    echo program
  elif has docker && docker info >/dev/null 2>&1; then
    echo k3s
  elif "$debian" possible; then
    echo debian
  else
    echo none
  fi
}

none() {
  die "no Kubernetes to use: run as root on Debian 12, or start Docker, or set E2E_KUBECONFIG to a cluster's kubeconfig (CONTRIBUTING.md)."
}

check() {
  [ "$cluster" != none ] || none
  [ "$cluster" != own ] || [ -n "${E2E_REGISTRY:-}" ] ||
    die "set E2E_REGISTRY=host/path to a registry that this machine may push to and that the nodes of E2E_KUBECONFIG pull from" \
      "(http://host/path for plain HTTP); the images are made here."
}

kubeconfig() {
  case $cluster in
    own) realpath "$E2E_KUBECONFIG" ;;
    program | debian) "$program" kubeconfig ;;
    k3s) echo "$k3s_config" ;;
    none) none ;;
  esac
}

tool() {
  local name=$1 config
  shift
  config=$(kubeconfig)
  case $cluster in
    program | debian) KUBECONFIG=$config exec "$program" tool "$name" "$@" ;;
    *)
      has "$name" || die "$name is not installed."
      KUBECONFIG=$config exec "$name" "$@"
      ;;
  esac
}

answers() { (tool kubectl get --raw /readyz --request-timeout 5s) >/dev/null 2>&1; }

pull_k3s() {
  docker image inspect "$k3s_image" >/dev/null 2>&1 || docker pull "$k3s_image" ||
    die "Docker cannot pull $k3s_image. Name another cluster: E2E_CLUSTER=$debian is Kubernetes 1.20 from Debian's packages."
}

# k3s in Docker: the API server's port is the machine's own, on the loopback.
up_k3s() {
  docker start "$k3s_container" 2>/dev/null ||
    docker run -d --privileged --name "$k3s_container" -p 127.0.0.1:16443:6443 "$k3s_image" server --disable traefik
  for _ in $(seq 120); do
    if k3s_kubeconfig && answers; then return; fi
    sleep 1
  done
  die "k3s did not answer within two minutes: docker logs $k3s_container"
}

k3s_kubeconfig() (
  umask 077
  docker exec "$k3s_container" cat /etc/rancher/k3s/k3s.yaml 2>/dev/null | sed 's/:6443/:16443/' >"$k3s_config"
)

up() {
  case $cluster in
    own)
      check
      "$root/.ci/prerequisites.sh" kubectl registry
      answers || die "the cluster of E2E_KUBECONFIG=$E2E_KUBECONFIG does not answer."
      ;;
    program | debian)
      # Only what was started here is stopped by `make down`; remembered first, since this may be interrupted.
      if ! answers; then
        echo "$cluster $program" >"$started"
        "$program" up
      fi
      ;;
    k3s)
      "$root/.ci/prerequisites.sh" kubectl
      docker inspect "$k3s_container" >/dev/null 2>&1 || echo "$cluster $program" >"$started"
      up_k3s
      ;;
    none) none ;;
  esac
  for _ in $(seq 60); do
    # The account that pods run with is made by a controller, some time after the API server answers.
    if (tool kubectl -n default get serviceaccount default) && (tool kubectl wait --for=condition=Ready node --all --timeout=60s); then
      if names_this_one && [ -z "$(sed -n 2p "$started")" ]; then identity >>"$started"; fi
      return
    fi
    sleep 1
  done
  die "the cluster's nodes do not become ready."
}

prepare() {
  case $cluster in
    debian) "$program" prepare ;;
    k3s) step "image of k3s (250 MB)" pull_k3s ;;
    none) none ;;
  esac
}

identity() (tool kubectl get namespace kube-system -o 'jsonpath={.metadata.uid}{"\n"}')

# Debian's Kubernetes may have been found or named: it is the program that counts.
names_this_one() {
  local kind by
  [ -f "$started" ] && [ "$cluster" != own ] || return 1
  read -r kind by <"$started"
  [ "$by" = "$program" ] && { [ -n "$by" ] || [ "$kind" = "$cluster" ]; }
}

ours() {
  local was now
  [ -f "$started" ] || return 1
  if ! names_this_one; then
    say "The cluster of \`$(sed -n 1p "$started")\` was started here and stays: \`make down\` stops it when no other is named or found."
    return 1
  fi
  was=$(sed -n 2p "$started")
  now=$(identity 2>/dev/null) || return 0
  [ -z "$was" ] || [ "$was" = "$now" ] && return 0
  say "The cluster that was started here is gone; the one that answers in its place was started by somebody else, and stays."
  return 1
}

down() {
  ours || return 0
  case $cluster in
    program | debian) "$program" down ;;
    k3s) docker rm -f "$k3s_container" ;;
  esac
  rm -f "$started"
}

# With a registry, the name in the archive (localhost/rocketmq:tag) becomes E2E_REGISTRY/rocketmq:tag.
image() {
  if [ "$cluster" = own ]; then echo "${E2E_REGISTRY#http://}/${1#localhost/}"; else echo "$1"; fi
}

# push ARCHIVE: with what the machine has; each of these reads the archive as it is.
push() {
  local name plain=
  name=$(image "$(cat "${1%.tar}.name")")
  [ "${E2E_REGISTRY#http://}" = "$E2E_REGISTRY" ] || plain=1
  if has crane; then
    crane push ${plain:+--insecure} "$1" "$name"
  elif has skopeo; then
    skopeo --insecure-policy copy ${plain:+--dest-tls-verify=false} "docker-archive:$1" "docker://$name"
  else
    # Whether plain HTTP is allowed is a setting of the engine.
    docker load -i "$1"
    docker tag "$(cat "${1%.tar}.name")" "$name"
    docker push "$name"
  fi
}

load() {
  local archive
  check
  for archive in "$@"; do
    case $cluster in
      own) push "$archive" ;;
      program | debian) "$program" load "$archive" ;;
      k3s) docker exec -i "$k3s_container" ctr -n k8s.io images import - <"$archive" ;;
    esac
  done
}

verb=${1:-}
[ $# -gt 0 ] && shift
cluster=$(which_cluster)
program=${E2E_CLUSTER:-}
[ "$cluster" != debian ] || program=$debian
case $verb in
  which) echo "$cluster" ;;
  check | prepare | up | ours | down | kubeconfig | load | image | tool) "$verb" "$@" ;;
  *)
    sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
