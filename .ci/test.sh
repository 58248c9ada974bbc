#!/usr/bin/env bash
# Every test of every level except benchmarks. Two suites at a time, since most of the cluster's tests wait for pods.
# The last line is `N passed, N failed`, then `, N skipped` where there are any; it ends with 1 after a failure. With FAIL_ON_SKIP,
# also after a skip, but not for want of helm unless E2E_CLUSTER names a program that should have it.
# usage: test.sh [SUITE...]     a suite is a folder of tests/, or Oldest: one test of tests/Cluster on Kubernetes 1.20
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

results="$artifacts/test-results"
# The slowest first, so that the short ones fill the gaps at the end. Each has as long as all of them should take together.
suites=(Cluster Clients Broker.Tests Scenarios Simulation Operator.Tests Tidy)
suite_limit=20m
lanes=2
# Kubernetes 1.20 (tests/Cluster/debian), and whether this run started it.
oldest="$root/tests/Cluster/debian/cluster"
oldest_started="$state/oldest-started"
if [ $# -gt 0 ]; then
  suites=("$@")
elif [ -n "${ALSO_OLDEST:-}" ]; then
  suites+=(Oldest)
fi

prepare() {
  local start=${EPOCHREALTIME/,/.}
  say "Preparing"
  if needs_cluster; then "$root/.ci/cluster.sh" check; fi
  step "install what tests need" "$root/.ci/prerequisites.sh" node images
  if needs_cluster; then "$root/.ci/cluster.sh" prepare; fi
  step "compile" dotnet build "$root/Operator.sln" -c Release -v quiet
  if wants Operator.Tests || wants Cluster; then find_helm; fi
  if wants Clients || wants Cluster || wants Oldest; then
    step "npm clients" install_npm "$root/tests/Clients"
    "$root/.ci/images.sh"
  fi
  if needs_cluster; then
    step "cluster" "$root/.ci/cluster.sh" up
    step "load images" "$root/.ci/cluster.sh" load "$artifacts/images/rocketmq.tar" "$artifacts/images/rocketmq-operator.tar"
  fi
  if wants Oldest; then step "cluster of Kubernetes 1.20" start_oldest; fi
  say "Prepared in $(seconds_since "$start") s"
  say
}

# For the tests of the chart, where neither the cluster's program nor the machine has it. A registry that lacks it costs these tests
# and no more.
find_helm() {
  local helm log="$logs/helm.log"
  if "$root/.ci/cluster.sh" tool helm version >/dev/null 2>&1 || has helm; then return; fi
  if helm=$("$root/.ci/helm.sh" 2>"$log") && [ -n "$helm" ]; then
    PATH+=":$(dirname "$helm")"
  else
    say "  No helm could be had, so the tests of the chart will be skipped: $log"
  fi
}

start_oldest() {
  local program
  if ! "$oldest" running; then
    date >"$oldest_started"
    # What a machine was doing when it was stopped is no reason to fail.
    timeout 300 "$oldest" up || { "$oldest" down && timeout 300 "$oldest" up; }
  fi
  for program in rocketmq rocketmq-operator; do "$oldest" load "$artifacts/images/$program.tar"; done
}

stop_oldest() {
  [ -f "$oldest_started" ] || return 0
  "$oldest" down
  rm -f "$oldest_started"
}

needs_cluster() { wants Cluster && [ "$("$root/.ci/cluster.sh" which)" != none ]; }

wants() { [[ " ${suites[*]} " == *" $1 "* ]]; }

run_suite() {
  local suite=$1 program="$artifacts/bin/$1/release/$1" limit=$suite_limit selection=() code=0
  if [ "$suite" = Oldest ]; then
    program="$artifacts/bin/Cluster/release/Cluster" limit=5m selection=(-class Cluster.QuickstartTests)
    export E2E_CLUSTER=$oldest
  fi
  timeout --kill-after 30s "$limit" "$program" "${selection[@]}" -noColor -noLogo -xml "$results/$suite.xml" \
    >"$results/$suite.log" 2>&1 </dev/null || code=$?
  echo "$code" >"$results/$suite.code"
}

# count SUITE ATTRIBUTE: from the result file; a suite that wrote none has failed once.
count() {
  local value
  value=$(grep -oE '<assembly [^>]*' "$results/$1.xml" 2>/dev/null | grep -oE "\b$2=\"[0-9]+\"" | head -n 1 | tr -dc 0-9) || true
  echo "${value:-0}"
}

report() {
  local suite=$1 passed failed skipped
  passed=$(count "$suite" passed)
  skipped=$(count "$suite" skipped)
  failed=$(($(count "$suite" failed) + $(count "$suite" errors)))
  # Ended by a signal or before the result was written: that is a failure, whatever the tests said.
  if [ "$(cat "$results/$suite.code")" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi
  printf '  %-16s %5d passed  %3d failed  %3d skipped  %6s s\n' "$suite" "$passed" "$failed" "$skipped" "$(seconds_since "${started[$suite]}")"
  if [ "$failed" -gt 0 ]; then
    grep -A 30 -E '\[FAIL\]|\[ERROR\]|Unhandled exception' "$results/$suite.log" | head -n 200 | sed 's/^/    /' ||
      tail -n 40 "$results/$suite.log" | sed 's/^/    /'
  fi
  if [ "$skipped" -gt 0 ]; then
    grep -A 1 '\[SKIP\]' "$results/$suite.log" | sed 's/^/    /' || true
    without_helm=$((without_helm + $(grep -A 1 '\[SKIP\]' "$results/$suite.log" | grep -c 'helm is not ' || true)))
  fi
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
}

total_passed=0 total_failed=0 total_skipped=0 without_helm=0
declare -A started=() running=()
begin=${EPOCHREALTIME/,/.}
# An interrupted run takes along what it started.
trap 'kill $(jobs -p) 2>/dev/null || true; stop_oldest' EXIT
prepare
rm -rf "$results"
mkdir -p "$results"

say "Testing"
pending=("${suites[@]}")
while [ ${#pending[@]} -gt 0 ] || [ ${#running[@]} -gt 0 ]; do
  while [ ${#pending[@]} -gt 0 ] && [ ${#running[@]} -lt $lanes ]; do
    suite=${pending[0]}
    pending=("${pending[@]:1}")
    [ -d "$root/tests/$suite" ] || [ "$suite" = Oldest ] || continue
    started[$suite]=${EPOCHREALTIME/,/.}
    run_suite "$suite" &
    running[$suite]=$!
  done
  sleep 0.2
  for suite in "${!running[@]}"; do
    [ -f "$results/$suite.code" ] || continue
    wait "${running[$suite]}" || true
    unset "running[$suite]"
    report "$suite"
  done
done

say
say "Logs and results: $results ($(seconds_since "$begin") s in all)"
summary="$total_passed passed, $total_failed failed"
[ $total_skipped -eq 0 ] || summary+=", $total_skipped skipped"
say "$summary"
[ $total_failed -eq 0 ] || exit 1
[ -n "${E2E_CLUSTER:-}" ] || total_skipped=$((total_skipped - without_helm))
[ -z "${FAIL_ON_SKIP:-}" ] || [ $total_skipped -eq 0 ] || exit 1
