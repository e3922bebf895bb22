#!/usr/bin/env bash
# Two teams on one server: each sees its own work only, and quotas refuse with a clear message. See README.md.
set -euo pipefail
cd "$(dirname "$0")/../.."

port=${PORT:-5055}
url=http://127.0.0.1:$port
data=$(mktemp -d)
trap 'kill "${server:-0}" 2> /dev/null; wait 2> /dev/null; rm -rf "$data"' EXIT

say() { printf '\n== %s\n' "$*"; }

./mlops serve --urls "$url" --data-dir "$data/server" --log-level Warning &
server=$!
for _ in $(seq 100); do
  curl -sf "$url/health/ready" > /dev/null && break
  kill -0 "$server" 2> /dev/null || exit 1
  sleep 0.1
done

say 'The first administrator; from now on every call needs a name'
export MLFLOW_TRACKING_URI=$url
echo 'correct-horse-battery-staple' > "$data/password"
./mlops admin init --name root --password-file "$data/password"
curl -s -o /dev/null -w 'a call without a name: %{http_code}\n' "$url/api/2.0/mlflow/experiments/search?max_results=1"

export MLFLOW_TRACKING_USERNAME=root MLFLOW_TRACKING_PASSWORD
MLFLOW_TRACKING_PASSWORD=$(cat "$data/password")

say 'Two teams, one person each'
for team in red:ann blue:bob; do
  ./mlops workspace create "${team%:*}" --title "Team ${team%:*}" --contact platform-team@example.org
  ./mlops people create "${team#*:}" --password-file "$data/password"
  ./mlops --workspace "${team%:*}" access grant "${team#*:}" model-owner
  ./mlops --workspace "${team%:*}" access grant "${team#*:}" data-scientist
done

say 'Blue may make two runs a day'
./mlops --workspace blue quota set runs-per-day --hard 2 --contact platform-team@example.org

say 'A token each'
token_of() {
  MLFLOW_TRACKING_USERNAME=$1 ./mlops tokens create sample --days 1 --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["secret"])'
}
ann=$(token_of ann)
bob=$(token_of bob)

say 'By curl: bob asks for what is in red'
curl -s -w '  (%{http_code})\n' -H "Authorization: Bearer $bob" "$url/w/red/api/2.0/mlflow/experiments/get?experiment_id=0"
curl -s -w '  (%{http_code})\n' -H "Authorization: Bearer $bob" "$url/w/no-such-team/api/2.0/mlflow/experiments/get?experiment_id=0"

say 'By a client that speaks as MLflow does'
python3 samples/tenancy/two_teams.py "$url" "$ann" "$bob"

say 'Red shares its model with blue'
./mlops --workspace red access share model/churn blue
MLFLOW_TRACKING_USERNAME=bob ./mlops --workspace blue access shared
python3 samples/tenancy/two_teams.py "$url" "$ann" "$bob" --shared

say 'What was done in red, and that nobody changed the record of it'
./mlops --workspace red audit list --limit 12
./mlops --workspace red audit verify

say 'All of it held.'
