# Debian's packages, unpacked into folders of ours: nothing is installed, no service starts, nothing needs to be purged.
# apt gets lists, a cache and a state of its own; of the machine's it takes the mirror, the proxy and the keys.
# Sourced, not run.

apt_folder="$built/apt"

apt_get() { APT_CONFIG="$apt_folder/apt.conf" apt-get -q "$@"; }

# The mirrors that this machine is set up for, which may be a company's own.
mirror_of() {
  apt-get update --print-uris 2>/dev/null | grep -oE "[a-z+]+://[^' ]*/dists/$1/InRelease" | head -n 1 | sed "s,dists/$1/InRelease,,"
}

prepare_apt() {
  local mirror security
  [ -f "$apt_folder/ready" ] && return
  mirror=$(mirror_of bookworm)
  security=$(mirror_of bookworm-security)
  [ -n "$mirror" ] || die "no mirror of Debian 12 (bookworm) is set up for apt on this machine."
  rm -rf "$apt_folder"
  mkdir -p "$apt_folder"/{lists/partial,archives/partial}
  {
    echo "deb $mirror bookworm main"
    echo "deb-src $mirror bookworm main"
    [ -z "$security" ] || echo "deb $security bookworm-security main"
  } >"$apt_folder/sources.list"
  # As if these were installed: they only serve install scripts, and none runs here.
  for package in adduser debconf dpkg init-system-helpers; do
    printf '%s\n' "Package: $package" 'Status: install ok installed' 'Version: 1:999' 'Architecture: amd64' \
      'Multi-Arch: foreign' 'Maintainer: none' 'Description: none' ''
  done >"$apt_folder/status"
  {
    apt-config dump | grep -E '^Acquire::(http|https|ftp|Retries|ForceIPv|Check-)' || true
    cat <<EOF
Dir::State "$apt_folder";
Dir::State::status "$apt_folder/status";
Dir::State::lists "$apt_folder/lists";
Dir::Cache "$apt_folder";
Dir::Cache::archives "$apt_folder/archives";
Dir::Etc::SourceList "$apt_folder/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Parts "-";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
EOF
  } >"$apt_folder/apt.conf"
  apt_get update
  touch "$apt_folder/ready"
}

# unpack FOLDER PACKAGE...: with all that they depend on. The folder is there only when it is whole.
unpack() {
  local folder=$1 deb
  shift
  [ -d "$folder" ] && return
  prepare_apt
  rm -rf "$folder.new" "$apt_folder"/archives/*.deb
  mkdir -p "$folder.new"/usr/{bin,sbin,lib,lib64}
  ln -s usr/bin usr/sbin usr/lib usr/lib64 "$folder.new"
  apt_get install -y --download-only "$@"
  for deb in "$apt_folder"/archives/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -C "$folder.new" --keep-directory-symlink -x; done
  rm -f "$apt_folder"/archives/*.deb
  mv "$folder.new" "$folder"
}

unpack_node() {
  [ -d "$node_root" ] && return
  unpack "$built/packages" bash coreutils findutils grep sed mawk util-linux mount iproute2 procps kmod openssl \
    etcd-server containerd runc containernetworking-plugins iptables conntrack dnsmasq-base busybox-static
  finish_node "$built/packages"
  mv "$built/packages" "$node_root"
}

# What install scripts would have done, and the places where folders are mounted.
finish_node() {
  local folder=$1 tool
  for tool in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
    ln -sf xtables-nft-multi "$folder/usr/sbin/$tool"
  done
  ln -sf mawk "$folder/usr/bin/awk"
  mkdir -p "$folder"/{proc,sys,dev,run,tmp,var,cluster,programs,scripts,machine}
  rm -rf "$folder"/usr/share/{doc,man,locale,lintian}
  printf '%s\n' 'root:x:0:0:root:/root:/bin/bash' 'nobody:x:65534:65534:nobody:/:/usr/sbin/nologin' >"$folder/etc/passwd"
  printf '%s\n' 'root:x:0:' 'nogroup:x:65534:' >"$folder/etc/group"
  touch "$folder"/etc/{hosts,resolv.conf,hostname}
  pause_image "$folder"
}

# What holds a pod's namespaces: a program that does nothing, in an image of its own.
pause_image() {
  local folder=$1 work="$built/pause"
  rm -rf "$work"
  mkdir -p "$work/files"
  cp "$folder/usr/bin/busybox" "$work/files/busybox"
  tar -cf "$work/empty.tar" -T /dev/null
  cat >"$work/Dockerfile" <<'EOF'
FROM ${BASE_IMAGE}
COPY . /
ENTRYPOINT ["/busybox", "tail", "-f", "/dev/null"]
EOF
  "$root/.ci/image-archive.sh" "$work/Dockerfile" "$work/files" "$work/empty.tar" localhost/pause:1 "$folder/pause.tar"
  rm -rf "$work"
}

unpack_toolchain() { unpack "$toolchain" golang-1.19-go golang-github-modern-go-reflect2-dev patch; }
