# The only door: `make help` lists what there is. The work itself is in .ci/*.sh, one script a target.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
CONFIGURATION ?= Release
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help up down test build lint fmt generate crds manifests images audit bench clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12 | sed 's/^/  make /'

up: ## Build everything, start a cluster and send 1,000 messages through it
	@.ci/up.sh

down: ## Remove all that `make up` made
	@.ci/down.sh

test: ## Every test of every level except benchmarks
	@.ci/test.sh

build: ## Compile the solution
	dotnet build Operator.sln -c $(CONFIGURATION) -v quiet

lint: ## Check format, analyzers and generated files
	@.ci/lint.sh

fmt: ## Format the C# code
	dotnet tool restore
	dotnet csharpier format .

generate: crds ## Write every generated file again: crds/, the chart's RBAC, docs/reference
	@.ci/generate.sh rbac reference

crds: ## Write crds/ again from the C# types
	@.ci/generate.sh crds

manifests: ## Write one file for `kubectl apply`: artifacts/manifests/rocketmq-operator.yaml
	@.ci/manifests.sh

images: ## Publish both programs and make image archives of them, without a container engine
	@.ci/images.sh

audit: ## Ask the package source for known vulnerabilities
	dotnet restore Operator.sln -p:NuGetAudit=true -p:NuGetAuditMode=all --force-evaluate

bench: ## Benchmarks, by hand (BENCH="arguments" selects)
	dotnet run -c Release --project tests/Benchmarks -- $(BENCH)

clean: ## Remove build results (not the caches outside of the tree)
	rm -rf artifacts .cache tests/Clients/node_modules
