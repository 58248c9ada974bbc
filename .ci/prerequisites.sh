#!/usr/bin/env bash
# Installs what a target needs and the machine lacks; what is there is left alone.
# usage: prerequisites.sh [node] [images] [kubectl] [registry]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

apt_updated=
install() {
  local why=$1
  shift
  has apt-get || die "$why: install $* (this machine has no apt-get, so make cannot)."
  [ "$(id -u)" = 0 ] || die "$why: run \`apt-get install $*\` as root, or make as root."
  if [ -z "$apt_updated" ]; then
    apt-get update -q
    apt_updated=1
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}

has dotnet || die "the .NET SDK 10 is missing; https://dot.net has it."
has git || install "git is missing" git

for need in "$@"; do
  case $need in
    node)
      # rocketmq-nodejs is built for Node 18.17 and later.
      has node && has npm || install "the npm clients need Node" nodejs npm
      node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 18 || (a === 18 && b >= 17) ? 0 : 1)' ||
        die "Node $(node --version) is too old for the npm clients: 18.17 or later."
      ;;
    images)
      has tar || install "images are tar archives" tar
      ;;
    kubectl)
      has kubectl || install "a cluster of your own needs kubectl" kubernetes-client
      ;;
    registry)
      has crane || has skopeo || { has docker && docker info >/dev/null 2>&1; } || install "images are pushed to a registry" skopeo
      ;;
    *) die "prerequisites.sh: unknown need $need" ;;
  esac
done
