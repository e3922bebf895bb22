# Each target calls a script in eng/ or the .NET SDK, so that people and CI run the same thing.
.DEFAULT_GOAL := help
.PHONY: help restore build run test demo screenshots bench format format-check openapi governance-docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

restore: ## Fetch the NuGet packages
	dotnet restore Orrery.slnx

build: ## Build everything
	dotnet build Orrery.slnx -v q -nologo

run: ## Start the server on 127.0.0.1:5000 with its data in ./data
	@./mlops serve

test: ## Install what the tests need, build, run all tests
	@eng/test.sh

demo: ## Build, start a server with fresh data, run the churn story on it: train, deploy, ask
	@eng/demo.sh

screenshots: ## Pictures of every page into artifacts/screenshots
	@eng/screenshots.sh

bench: ## Measure: requests, latencies, CPU per request, memory
	@eng/bench.sh

format: ## Format the code
	dotnet format Orrery.slnx

format-check: ## Fail when the code is not formatted
	dotnet format Orrery.slnx --verify-no-changes

openapi: ## Write docs/api/openapi.json from the server's endpoints
	@eng/openapi.sh

governance-docs: ## Write what docs/governance says of the code
	@ORRERY_WRITE_GOLDEN=1 eng/test.sh -class '*GovernanceDocumentTests'

clean: ## Remove what was built; data stays
	rm -rf artifacts
