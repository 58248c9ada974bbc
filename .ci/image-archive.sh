#!/usr/bin/env bash
# Builds an image archive (the layout of `docker save`) from a Dockerfile without a container engine. It knows just the
# instructions that our Dockerfiles use and refuses every other one.
# usage: image-archive.sh DOCKERFILE CONTEXT-FOLDER BASE.tar NAME:TAG OUT.tar
set -euo pipefail
dockerfile=$1 context=$2 base=$3 name=$4 out=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
  echo "image-archive.sh: $dockerfile: $*" >&2
  exit 1
}
digest() { sha256sum "$1" | cut -d' ' -f1; }
quoted() { printf '"%s"' "$(sed 's/\\/\\\\/g; s/"/\\"/g' <<<"$1")"; }

user='' folder='/' entrypoint='' target=''
declare -a env=('"PATH=/usr/local/bin:/usr/bin:/bin"') ports=() labels=()
while read -r instruction arguments; do
  case $instruction in
    '' | '#'* | ARG) ;;
    FROM) [ "$arguments" = '${BASE_IMAGE}' ] || fail "FROM must be \${BASE_IMAGE}" ;;
    COPY)
      [ "${arguments% *}" = . ] || fail "only COPY . FOLDER is known"
      target=${arguments#* }
      ;;
    USER) user=$arguments ;;
    WORKDIR) folder=$arguments ;;
    ENV)
      # In place of the path above.
      if [ "${arguments#PATH=}" != "$arguments" ]; then unset 'env[0]'; fi
      env+=("$(quoted "$arguments")")
      ;;
    LABEL) labels+=("$(quoted "${arguments%%=*}"):$(quoted "$(tr -d '"' <<<"${arguments#*=}")")") ;;
    EXPOSE) for port in $arguments; do ports+=("\"$port/tcp\":{}"); done ;;
    ENTRYPOINT) entrypoint=$arguments ;;
    *) fail "$instruction is not known here" ;;
  esac
done <"$dockerfile"
[ -n "$target" ] && [ -n "$entrypoint" ] || fail "COPY and ENTRYPOINT are needed"

# Same files, same bytes, same digest: times and owners are fixed.
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
  --transform="s,^\.,${target#/}," -C "$context" -cf "$work/program.tar" .
ln "$base" "$work/base.tar" 2>/dev/null || cp "$base" "$work/base.tar"

case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
join() { local IFS=,; echo "$*"; }
cat >"$work/config.json" <<EOF
{"architecture":"$architecture","os":"linux","created":"1970-01-01T00:00:00Z",
"config":{"User":"$user","WorkingDir":"$folder","Entrypoint":$entrypoint,"Env":[$(join "${env[@]}")],
"ExposedPorts":{$(join "${ports[@]}")},"Labels":{$(join "${labels[@]}")}},
"rootfs":{"type":"layers","diff_ids":["sha256:$(digest "$base")","sha256:$(digest "$work/program.tar")"]},
"history":[{"created":"1970-01-01T00:00:00Z","created_by":"base"},{"created":"1970-01-01T00:00:00Z","created_by":"COPY . $target"}]}
EOF
config=$(digest "$work/config.json").json
mv "$work/config.json" "$work/$config"
printf '[{"Config":"%s","RepoTags":["%s"],"Layers":["base.tar","program.tar"]}]\n' "$config" "$name" >"$work/manifest.json"
tar -C "$work" --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$out.new" manifest.json "$config" base.tar program.tar
mv "$out.new" "$out"
