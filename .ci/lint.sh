#!/usr/bin/env bash
# Format, analyzers, generated files and the rules of tests/Tidy.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

step "restore tools" dotnet tool restore --tool-manifest "$root/.config/dotnet-tools.json"
cd "$root"
step "format (make fmt repairs it)" dotnet csharpier check .
step "compile with analyzers" dotnet build Operator.sln -c Release -v quiet
step "generated files are fresh (make generate)" .ci/generate.sh --check crds rbac reference
step "rules of the tree" artifacts/bin/Tidy/release/Tidy -noColor
others=(tests/Cluster/debian/{cluster,namespaces,init,names.sh} tests/ByHand/interrupted.sh)
if has shellcheck; then step "shell scripts" shellcheck -x -s bash -S warning -P SCRIPTDIR -P .ci .ci/*.sh .ci/run "${others[@]}"; fi
