# Shared by the scripts behind the Makefile: where things are, and steps that say what they do and how long it took.
# Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
artifacts="$root/artifacts"
logs="$artifacts/logs"
# What one checkout remembers between two commands (which cluster it started, what it loaded).
state="$root/.cache"
# What is worth keeping when the checkout goes: the base image, k3s' configuration.
cache="${ROCKETMQ_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/rocketmq-kubernetes}"
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

# step TITLE COMMAND... : the title at once, the time when it is done; the output only when it fails.
step() {
  local title=$1 start=${EPOCHREALTIME/,/.} log
  shift
  log="$logs/$(tr -cs 'A-Za-z0-9' '-' <<<"$title" | sed 's/-*$//').log"
  printf '  %-62s ' "$title"
  # Not `if "$@"`: that would switch off `set -e` inside of functions.
  local code=0
  (set -e; "$@") >"$log" 2>&1 </dev/null &
  wait $! || code=$?
  if [ $code -ne 0 ]; then
    printf 'failed after %s s\n\n' "$(seconds_since "$start")"
    tail -n 60 "$log" | sed 's/^/    /'
    printf '\nThe whole log: %s\n' "$log" >&2
    exit $code
  fi
  printf '%6s s\n' "$(seconds_since "$start")"
}
