#!/usr/bin/env bash
# Prints the path of a root file system (one tar) that a self-contained .NET program runs on: C library, OpenSSL, zlib,
# certificates, time zones, a user. Made of the distribution's packages, so it needs no registry; kept outside of the tree.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(libc6 libgcc-s1 libstdc++6 libssl3 zlib1g ca-certificates tzdata)

# Options that give apt lists of ours; empty while the machine's own lists will do.
apt=()

# A fresh machine has no lists, and old lists name versions that the mirror dropped. Ours leave the machine's untouched.
use_our_lists() {
  mkdir -p "$cache/apt"/{lists,archives}/partial
  apt=(-o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt" -o APT::Sandbox::User=root)
}

refresh_lists() {
  use_our_lists
  apt-get "${apt[@]}" update -q >&2
}

# `apt-cache show` also knows installed packages that no list offers, so ask for the addresses.
offered() { apt-get "${apt[@]}" download --print-uris -qq "${packages[@]}" >/dev/null 2>&1; }

from_debian_packages() {
  local versions key base
  offered || use_our_lists
  offered || refresh_lists
  versions=$(apt-cache "${apt[@]}" show --no-all-versions "${packages[@]}" | grep -E '^(Package|Version|Architecture):')
  key=$(printf '%s\n%s' "$versions" "$(cat "${BASH_SOURCE[0]}")" | sha256sum | cut -c1-16)
  base="$cache/base-$key.tar"
  if [ ! -f "$base" ]; then
    mkdir "$work/debs" "$work/rootfs"
    # apt drops its rights for a download, so the folder must be open to it.
    chmod 777 "$work" "$work/debs"
    download || { refresh_lists && download; }
    for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/rootfs"; done
    finish "$work/rootfs"
    pack "$work/rootfs" "$base.new"
    mv "$base.new" "$base"
  fi
  echo "$base"
}

download() { (cd "$work/debs" && apt-get "${apt[@]}" download -q "${packages[@]}" >&2); }

# Without apt, any small image with a C library will do, as long as an engine can export it.
from_docker() {
  local image=${BASE_IMAGE:-debian:12-slim} base id
  base="$cache/base-$(tr -cs 'A-Za-z0-9' '-' <<<"$image")docker.tar"
  if [ ! -f "$base" ]; then
    mkdir "$work/rootfs"
    id=$(docker create "$image" true)
    docker export "$id" | tar -C "$work/rootfs" --exclude='dev/*' -xf -
    docker rm "$id" >/dev/null
    finish "$work/rootfs"
    pack "$work/rootfs" "$base.new"
    mv "$base.new" "$base"
  fi
  echo "$base"
}

# What the packages' install scripts would have done.
finish() {
  local rootfs=$1
  rm -rf "$rootfs"/usr/share/{man,locale,lintian,bug} "$rootfs"/usr/share/doc/*/changelog*
  mkdir -p "$rootfs"/{etc/ssl/certs,tmp,app,data,proc,sys,dev}
  chmod 1777 "$rootfs/tmp"
  if compgen -G "$rootfs/usr/share/ca-certificates/mozilla/*.crt" >/dev/null; then
    cat "$rootfs"/usr/share/ca-certificates/mozilla/*.crt >"$rootfs/etc/ssl/certs/ca-certificates.crt"
  fi
  printf '%s\n' 'root:x:0:0:root:/root:/usr/sbin/nologin' 'rocketmq:x:65532:65532:rocketmq:/tmp:/usr/sbin/nologin' >"$rootfs/etc/passwd"
  printf '%s\n' 'root:x:0:' 'rocketmq:x:65532:' >"$rootfs/etc/group"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files dns' >"$rootfs/etc/nsswitch.conf"
}

pack() { tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$1" -cf "$2" .; }

if has apt-get && has dpkg-deb; then
  from_debian_packages
elif has docker && docker info >/dev/null 2>&1; then
  from_docker
else
  die "the base image is made of Debian packages (apt-get, dpkg-deb) or exported from Docker: this machine has neither."
fi
