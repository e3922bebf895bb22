#!/usr/bin/env bash
# Writes docs/api/openapi.json: the OpenAPI document as the built server gives it. Run after changing an endpoint.
set -euo pipefail
cd "$(dirname "$0")/.."

dotnet build src/Orrery.Server -v q
data=$(mktemp -d)
dotnet exec artifacts/bin/Orrery.Server/debug/Orrery.Server.dll --urls http://127.0.0.1:0 --data-dir "$data" --log-format text > "$data/log" &
server=$!
trap 'kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; rm -rf "$data"' EXIT

url=
for _ in $(seq 100); do
    url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$data/log" | head -1 || true)
    [ -n "$url" ] && break
    kill -0 "$server" || { cat "$data/log"; exit 1; }
    sleep 0.1
done
[ -n "$url" ] || { echo "The server did not start within 10 s."; exit 1; }

mkdir -p docs/api
curl --fail --silent --show-error "$url/openapi/v1.json" > docs/api/openapi.json
echo "Wrote docs/api/openapi.json"
