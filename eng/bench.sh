#!/usr/bin/env bash
# Measures the server as a process of its own, and the feature store, and prints the reports; that of the server also stands in
# artifacts/bench/report.md.
#   make bench                              everything, about fifteen minutes; the machine should do nothing else
#   eng/bench.sh --quick                    short and small: shows that everything runs
#   eng/bench.sh --database sqlite          or postgres, or both
#   eng/bench.sh --only search --only limits   parts of the names of sections or operations
#   eng/bench.sh features                   the feature store alone
#   eng/bench.sh serving                    serving alone
#   eng/bench.sh lineage                    questions to a graph of a million edges alone
#   eng/bench.sh evidence                   evaluations of a million rows and explanations of a thousand alone
#   eng/bench.sh web                        every page on the data of a whole company alone
#   eng/bench.sh soak [minutes] [share]     predictions for long, 10 minutes at 0.7 of the peak: fails on errors and on memory that grows
. "$(dirname "$0")/common.sh"
require_dotnet

build() {
  say 'Building ...'
  for project in "$@"; do
    dotnet build "$project" -c Release -v q -nologo >&2
  done
}

# Point-in-time joins on 3 M real flights beside bare ASOF SQL and pandas, materialization, definitions; then online reads beside a bare
# Kestrel, embedded and, where redis-server is installed, on Redis.
features() {
  build src/Orrery.Server bench/features-offline bench/features-online
  (cd bench/datasets && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  dotnet artifacts/bin/Orrery.FeaturesOfflineBench/release/Orrery.FeaturesOfflineBench.dll artifacts/bench/features \
    bench/datasets/node_modules/vega-datasets/data/flights-3m.parquet
  command -v redis-server > /dev/null || die 'redis-server is not installed: run eng/install-test-needs.sh.'
  dotnet artifacts/bin/Orrery.FeaturesOnlineBench/release/Orrery.FeaturesOnlineBench.dll 5 100000
}

# Predictions over HTTP beside a bare Kestrel that echoes the same bodies, and beside ONNX Runtime alone.
serving() {
  build src/Orrery.Server bench/serving
  dotnet artifacts/bin/Orrery.ServingBench/release/Orrery.ServingBench.dll 5
}

# Questions to a graph of a million edges, on SQLite and PostgreSQL: p50 and p95 of each.
lineage() {
  build bench/lineage
  dotnet artifacts/bin/Orrery.LineageBench/release/Orrery.LineageBench.dll 1000000
}

# Evaluations of a million rows and explanations of a thousand, asked of a server of their own.
evidence() {
  build src/Orrery.Server bench/evidence
  dotnet artifacts/bin/Orrery.EvidenceBench/release/Orrery.EvidenceBench.dll 1000000 1000
}

# Every page on the churn story, 5,000 models, 100,000 runs and 5,000 people in PostgreSQL: p50 and p95. A share of them with an argument.
web() {
  build src/Orrery.Server src/Orrery.Cli samples/churn/Churn.Training bench/web
  dotnet artifacts/bin/Orrery.WebBench/release/Orrery.WebBench.dll "$@"
}

if [ "${1:-}" = web ]; then
  shift
  web "$@"
  exit 0
fi

if [ "${1:-}" = evidence ]; then
  evidence
  exit 0
fi

if [ "${1:-}" = lineage ]; then
  lineage
  exit 0
fi

if [ "${1:-}" = serving ]; then
  serving
  exit 0
fi

if [ "${1:-}" = soak ]; then
  build src/Orrery.Server bench/serving
  dotnet artifacts/bin/Orrery.ServingBench/release/Orrery.ServingBench.dll "$@"
  exit 0
fi

if [ "${1:-}" = features ]; then
  features
  exit 0
fi

case " $* " in
  *" --database sqlite "* | *" --help "*) ;;
  *) compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || die 'PostgreSQL is not installed: run eng/install-test-needs.sh, or measure with --database sqlite.' ;;
esac

build src/Orrery.Server bench/load
dotnet artifacts/bin/Orrery.Load/release/Orrery.Load.dll "$@"
if [ $# -eq 0 ]; then
  features
  serving
  lineage
  evidence
  web
fi
