# Kubernetes 1.20 from Debian's source package. Each step leaves its result whole or not at all, and what the Go compiler has
# done it finds again, so an interrupted build goes on where it was. Sourced, not run.

# The same flags for all, so that what two programs share is compiled once. Code of cloud providers and of Docker, which this
# cluster has no use for, would be a third of the work; garbage is collected only when a compiler needs a lot of memory.
go_build() {
  mkdir -p "$built/go-tmp"
  go_environment GOGC=off GOMEMLIMIT=1GiB CGO_ENABLED=0 GOTMPDIR="$built/go-tmp" \
    "$toolchain/usr/lib/go-1.19/bin/go" build -trimpath -tags providerless,dockerless "$@"
}

go_environment() {
  env GOROOT="$toolchain/usr/lib/go-1.19" GOPATH="$built/go" GOCACHE="$built/go-build" GO111MODULE=off GOENV=off GOFLAGS= "$@"
}

unpack_source() {
  local folder="$built/source.new" patch
  [ -d "$source_tree" ] && return
  prepare_apt
  rm -rf "$folder"
  mkdir -p "$folder/tree" "$(dirname "$source_tree")"
  (cd "$folder" && apt_get source --download-only kubernetes)
  tar -C "$folder/tree" --strip-components=1 -xf "$folder"/kubernetes_*.orig.tar.gz
  tar -C "$folder/tree" -xf "$folder"/kubernetes_*.debian.tar.xz
  grep -vE '^(#|$)' "$folder/tree/debian/patches/series" | while read -r patch _; do
    "$toolchain/usr/bin/patch" -d "$folder/tree" -p1 -s <"$folder/tree/debian/patches/$patch"
  done
  "$toolchain/usr/bin/patch" -d "$folder/tree" -p1 -s <"$here/volumes.patch"
  # The source's own copy of this library looks into maps as Go did before 1.18: with 1.19 it ends programs at random.
  rm -r "$folder/tree/vendor/github.com/modern-go/reflect2"
  cp -r "$toolchain/usr/share/gocode/src/github.com/modern-go/reflect2" "$folder/tree/vendor/github.com/modern-go/"
  mv "$folder/tree" "$source_tree"
  rm -rf "$folder"
}

# The API server serves its own description, which is generated code that the source package leaves out.
generate_openapi() {
  local generated=pkg/generated/openapi packages
  [ -f "$built/openapi" ] && return
  cd "$source_tree"
  go_build -o "$built/openapi-gen" ./vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(
    {
      grep -rl --include=*.go '+k8s:openapi-gen' staging/src | sed 's,^staging/src/,k8s.io/kubernetes/vendor/,'
      grep -rl --include=*.go '+k8s:openapi-gen' pkg cmd | sed 's,^,k8s.io/kubernetes/,'
    } | xargs -n 1 dirname | sort -u | paste -sd ,
  )
  go_environment PATH="$toolchain/usr/lib/go-1.19/bin:$PATH" "$built/openapi-gen" --logtostderr -i "$packages" \
    -p "k8s.io/kubernetes/$generated" -O zz_generated.openapi --output-base "$built/go/src" \
    --go-header-file hack/boilerplate/boilerplate.generatego.txt -r /dev/null
  [ -s "$generated/zz_generated.openapi.go" ]
  touch "$built/openapi"
}

# The version is a variable of two packages, each of which some program asks.
version_flags() {
  local version package
  version=$(sed -n '1s/.*really\([0-9.]*\)-.*/\1/p' debian/changelog)
  for package in component-base/version client-go/pkg/version; do
    package=k8s.io/kubernetes/vendor/k8s.io/$package
    printf -- '-X %s.%s ' "$package" "gitVersion=v$version" "$package" gitMajor=1 "$package" gitMinor=20
  done
}

build_programs() {
  [ -d "$built/bin" ] && return
  rm -rf "$built/bin.new"
  mkdir "$built/bin.new"
  cd "$source_tree"
  go_build -o "$built/bin.new/" -ldflags "-s -w $(version_flags)" "${programs[@]/#/./cmd/}"
  mv "$built/bin.new" "$built/bin"
}
