#!/usr/bin/env bash
# Prints the path of a helm for the tests of the chart, which Debian does not have: the one inside an npm package that AWS's
# deployment kit uses (tests/Cluster/helm), 25 MB once, kept outside of the tree. Nothing where there is none for this processor.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

packages="$root/tests/Cluster/helm"
folder="$cache/helm-$(sha256sum <"$packages/package-lock.json" | cut -c1-16)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() {
  cp "$packages"/package*.json "$work"
  (install_npm "$work")
  dotnet msbuild "$packages/unpack.proj" -nologo -v:quiet -p:Archive="$work/node_modules/@aws-cdk/asset-kubectl-v20/lib/layer.zip" \
    -p:Folder="$work/unpacked"
  mkdir -p "$folder"
  install "$work/unpacked/helm/helm" "$folder/helm.$$"
  mv "$folder/helm.$$" "$folder/helm"
}

[ "$(uname -m)" = x86_64 ] || exit 0
[ -x "$folder/helm" ] || unpack >&2
echo "$folder/helm"
