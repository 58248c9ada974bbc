# Shared by the scripts behind the Makefile: where things are, and steps that say what they do and how long it took.
# Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts="$root/artifacts"
logs="$artifacts/logs"
# What one checkout remembers between two commands (which cluster it started, what it loaded).
state="$root/.cache"
# What is worth keeping when the checkout goes: the base image, Kubernetes from Debian's packages, helm, k3s' configuration.
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/rocketmq-kubernetes"
mkdir -p "$logs" "$state" "$cache"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# One compiler for all projects: a fresh one for each costs several seconds of start and of analyzers again and again.
export UseSharedCompilation=true

say() { printf '%s\n' "$*"; }

# A failure is one sentence that says what to do.
die() {
  printf 'make: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

seconds_since() { awk -v start="$1" -v now="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.1f", now - start }'; }

# birth PID: with the number it tells a process from a later one of the same number; nothing when it has ended.
birth() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'; }

# A run that was killed leaves its step at work, which would be in the way of the next one.
end_orphans() {
  local file group born parent parent_born
  for file in "$state"/step-*; do
    [ -f "$file" ] || continue
    group=${file##*-}
    read -r born parent parent_born <"$file" || continue
    [ "$(birth "$parent")" = "$parent_born" ] && continue
    if [ "$(birth "$group")" = "$born" ]; then kill -KILL -- "-$group" 2>/dev/null || true; fi
    rm -f "$file"
  done
}

# install_npm FOLDER: the packages that its lock file names. npm ci starts from nothing each time; what is installed is good as
# long as the lock file is the same.
install_npm() {
  cd "$1"
  cmp -s package-lock.json node_modules/.installed-lock.json && return
  npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.installed-lock.json
}

# step TITLE COMMAND... : the title at once, the time when it is done; the output only when it fails.
step() {
  local title=$1 start=${EPOCHREALTIME/,/.} log
  shift
  end_orphans
  log="$logs/$(tr -cs 'A-Za-z0-9' '-' <<<"$title" | sed 's/-*$//').log"
  printf '  %-62s ' "$title"
  # Not `if "$@"`: that would switch off `set -e` inside of functions. A process group of its own, so that an interrupt ends
  # all that the command has started.
  local code=0 group
  set -m
  (set -e; "$@") >"$log" 2>&1 </dev/null &
  set +m
  group=$!
  echo "$(birth "$group") $$ $(birth $$)" >"$state/step-$group"
  # shellcheck disable=SC2064 # the group of now
  trap "kill -TERM -- -$group 2>/dev/null || true; rm -f $state/step-$group; exit 130" INT TERM
  wait "$group" || code=$?
  trap - INT TERM
  rm -f "$state/step-$group"
  if [ $code -ne 0 ]; then
    printf 'failed after %s s\n\n' "$(seconds_since "$start")"
    tail -n 60 "$log" | sed 's/^/    /'
    printf '\nThe whole log: %s\n' "$log" >&2
    exit $code
  fi
  printf '%6s s\n' "$(seconds_since "$start")"
}
