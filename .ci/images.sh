#!/usr/bin/env bash
# Publishes both programs and makes artifacts/images/{rocketmq,rocketmq-operator}.tar. A tag is derived from the content, so
# a changed program is a changed image and an unchanged one is neither built nor loaded again.
# Writes artifacts/images/names.sh: BROKER_IMAGE, OPERATOR_IMAGE.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

images="$artifacts/images"
mkdir -p "$images"
version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.props")

# Analyzers have read the same sources when the solution was compiled (`make test`, `make lint`).
publish() { dotnet publish "$root/$1" -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true -p:RunAnalyzers=false -v quiet; }

archive() {
  local program=$1 part=$2 variable=$3
  local folder dockerfile content name
  folder="$artifacts/publish/${part^}.Host/release_linux-x64"
  dockerfile="$root/$part/Dockerfile"
  content=$(
    {
      cat "$dockerfile" "$root/.ci/image-archive.sh"
      basename "$base"
      cd "$folder" && find . -type f -print0 | sort -z | xargs -0 sha256sum
    } | sha256sum | cut -c1-12
  )
  name="localhost/$program:$version-$content"
  if [ "$(cat "$images/$program.name" 2>/dev/null)" != "$name" ] || [ ! -f "$images/$program.tar" ]; then
    "$root/.ci/image-archive.sh" "$dockerfile" "$folder" "$base" "$name" "$images/$program.tar"
    echo "$name" >"$images/$program.name"
  fi
  echo "$variable=$name" >>"$images/names.sh.new"
}

find_base() { "$root/.ci/base-image.sh" >"$images/base"; }

write_archives() {
  base=$(tail -n 1 "$images/base")
  : >"$images/names.sh.new"
  archive rocketmq broker BROKER_IMAGE
  archive rocketmq-operator operator OPERATOR_IMAGE
  mv "$images/names.sh.new" "$images/names.sh"
}

step "install what images need" "$root/.ci/prerequisites.sh" images
step "publish the rocketmq program" publish broker/Host
step "publish the operator" publish operator/Host
step "base image from Debian packages" find_base
step "image archives" write_archives
