#!/usr/bin/env bash
# The churn story on a server of its own: builds, starts it with fresh data, trains and registers models,
# deploys the best with a canary, asks both over V1, V2 and gRPC, gathers the evidence about it, and leaves it running.
#   make demo                     server on 127.0.0.1:5000, data in data/demo-<time>
#   make demo PORT=5050 DATA=dir  another port (gRPC answers on the next, or on GRPC_PORT), another folder
#   DEMO_EXIT=1 make demo         (or eng/demo.sh --exit) stop the server after the story
#   CONFIGURATION=Debug BUILT=1   of what a build left there, without building
. "$(dirname "$0")/common.sh"
require_dotnet

port=${PORT:-5000}
url=http://127.0.0.1:$port
grpc_port=${GRPC_PORT:-$((port + 1))}
grpc=http://127.0.0.1:$grpc_port
data=${DATA:-data/demo-$(date +%Y%m%d-%H%M%S)}
stay=true
[ -z "${DEMO_EXIT:-}" ] || stay=false
for argument in "$@"; do
  case $argument in
    --exit) stay=false ;;
    *) die "eng/demo.sh takes --exit and nothing else; PORT and DATA come from the environment." ;;
  esac
done

configuration=${CONFIGURATION:-Release}
story=samples/churn/Churn.Training
customers=samples/churn/data/telco_churn.csv

is_taken() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

is_ready() {
  (
    exec 3<> "/dev/tcp/127.0.0.1/$port"
    printf 'GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
    head -n 1 <&3 | grep -q ' 200 '
  ) 2> /dev/null
}

for wanted in "$port" "$grpc_port"; do
  is_taken "$wanted" && die "Port $wanted of 127.0.0.1 is taken (a demo that still runs?). Choose others: make demo PORT=$((port + 10))"
done

[ -n "${BUILT:-}" ] || say 'Building ...'
# What tests have built already, they run as it is.
if [ -z "${BUILT:-}" ]; then
  for project in src/Orrery.Server src/Orrery.Cli $story; do
    dotnet build "$project" -c "$configuration" -v q -nologo >&2
  done
fi

mkdir -p "$data"
data=$(cd "$data" && pwd)
log=$data/server.log
setsid nohup dotnet artifacts/bin/Orrery.Server/${configuration,,}/Orrery.Server.dll --urls "$url" --grpc-urls "$grpc" --data-dir "$data" --log-format Text > "$log" 2>&1 < /dev/null &
server=$!

stop() {
  kill "$server" 2> /dev/null || return 0
  wait "$server" 2> /dev/null || true
}

fail() {
  stop
  die "$1 The server's log: $log"
}

fail_with_log() {
  tail -n 20 "$log" >&2
  fail "$1"
}

trap 'stop; exit 130' INT TERM
for ((waited = 0; waited < 300; waited++)); do
  is_ready && break
  kill -0 "$server" 2> /dev/null || fail_with_log 'The server ended instead of starting.'
  sleep 0.1
done
is_ready || fail_with_log 'The server was not ready within 30 seconds.'
say "The server answers on $url."

say '' && say '== Training and serving in C# =='
dotnet run --project $story -c "$configuration" --no-build -- --tracking-uri "$url" --grpc-uri "$grpc" --data $customers || fail 'The story in C# failed.'

mlops() { MLFLOW_TRACKING_URI=$url dotnet artifacts/bin/Orrery.Cli/${configuration,,}/mlops.dll "$@"; }

say '' && say '== Asked by customer id: the server looks the features up =='
mlops predict churn-predictor --environment staging --entity customer_id=C00022 --entity customer_id=C00016 || fail 'Prediction by customer id failed.'

# The models take a matrix without names; these are its columns, as the feature service churn_inputs has them.
features=()
for input in tenure monthly_charges charges_so_far female senior_citizen partner dependents phone_service paperless_billing \
  has_multiple_lines has_online_security has_online_backup has_device_protection has_tech_support has_streaming_tv has_streaming_movies \
  internet_dsl internet_fiber internet_none contract_monthly contract_one_year contract_two_years \
  pays_by_transfer pays_by_card pays_by_electronic_check pays_by_mailed_check; do
  features+=(--feature "$input")
done

say '' && say '== Evidence: how good and how fair, on the customers that nothing was trained on =='
mlops evaluate churn-predictor 1 --data churn/held_out.csv "${features[@]}" --label churn --task binary --positive 1 \
  --slices contract --sensitive female,senior_citizen --baseline 2 --gate 'auc >= 0.8' || fail 'The evaluation failed.'

say '' && say '== Evidence: why it says what it says =='
mlops explain churn-predictor 1 --data churn/held_out.csv "${features[@]}" --label churn --class 1 --rows 100 || fail 'The explanation failed.'

say '' && say '== Evidence: what is in its files =='
mlops scan churn-predictor 1 || fail 'The scan failed.'

say '' && say '== Evidence: its card =='
mlops card write churn-predictor \
  --field intended_use.primary_uses='Whom the retention team calls, a month before the contract can end.' \
  --field intended_use.out_of_scope='Prices, credit, and anything about a single person that nobody looks at.' \
  --field model_details.owners='Retention team' || fail 'The card could not be written.'
mlops card snapshot churn-predictor 1 || fail 'The card could not be kept.'
mlops card export churn-predictor 1 --output "$data/churn-card.html" || fail 'The card could not be written to a file.'

say '' && say '== Evidence: where a prediction came from =='
prediction=$(curl -sS -D - -o /dev/null -H 'Content-Type: application/json' -d '{"instances": [{"customer_id": "C00022"}]}' "$url/staging/v1/models/churn-predictor:predict" \
  | tr -d '\r' | sed -n 's/^x-orrery-prediction-id: //Ip')
traced=false
for ((waited = 0; waited < 100; waited++)); do
  mlops lineage trace "$prediction" > "$data/trace.txt" 2> /dev/null && traced=true && break
  sleep 0.3
done
$traced || fail "Prediction $prediction could not be traced."
cat "$data/trace.txt"

if [ -f samples/churn/python/train.py ]; then
  if /usr/bin/python3 -c 'import sklearn, pandas' 2> /dev/null; then
    say '' && say '== Training with scikit-learn =='
    MLFLOW_TRACKING_URI=$url /usr/bin/python3 samples/churn/python/train.py --data $customers || fail 'The story in Python failed.'
  else
    say '' && say 'Skipped the story in Python: /usr/bin/python3 has no scikit-learn (Debian: python3-sklearn, python3-pandas).'
  fi
fi

say '' && say '== To production by the governed road: who is who =='
started=$(date +%s)
umask 077
password=$(head -c 18 /dev/urandom | base64 | tr '+/' 'ab')
printf '%s\n' "$password" > "$data/password"
mlops admin init --name root --password-file "$data/password" || fail 'Identity could not be turned on.'
as() {
  local name=$1
  shift
  MLFLOW_TRACKING_USERNAME=$name MLFLOW_TRACKING_PASSWORD=$password mlops "$@"
}
as root access roles put personal-features --permission features.restricted || fail 'The role could not be made.'
for person in ana:data-scientist mia:manager sam:senior-data-scientist eva:auditor; do
  as root people create "${person%:*}" --password-file "$data/password" > /dev/null || fail "${person%:*} could not be added."
  as root access grant "${person%:*}" "${person#*:}" || fail "${person%:*} could not be given a role."
done
as root access grant ana personal-features || fail 'ana could not be given a role.'
as root groups create churn-team > /dev/null || fail 'The group could not be made.'
as root groups add churn-team ana sam > /dev/null || fail 'The group could not be filled.'
as root service-accounts create nightly-training > /dev/null || fail 'The service account could not be made.'
as root cost budget set 500 > /dev/null || fail 'The budget could not be set.'

say '' && say '== To production: the risk, and why people must decide =='
as ana risk answer churn-predictor --set financial_impact=250000 --set criticality=important --set people_affected=7043 --set autonomy=human_decides \
  --set personal_data=personal --set confidentiality=internal --set regulated_domain=none --set prohibited_practice=none --set explanation_owed=on_request \
  --set opacity=explained || fail 'The answers could not be kept.'
as ana risk show churn-predictor 1 --environment production || fail 'The risk could not be measured.'

say '' && say '== To production: nobody goes around, and ana asks =='
as root deploy --model churn-predictor --version 1 --environment production --direct 2> "$data/refused.txt" && fail 'A version without approval got production traffic.'
head -n 3 "$data/refused.txt"
as ana promote churn-predictor 1 --from staging --to production --justification 'Best of both on the held-out customers' > "$data/delivery.txt" 2>&1 &
asked=$!

say '' && say '== To production: mia and sam decide, and it goes the rest of the way =='
approval=
for ((waited = 0; waited < 100; waited++)); do
  approval=$(as mia approvals list --mine --json | sed -n 's/.*"id": *"\([0-9a-f]\{32\}\)".*/\1/p' | head -n 1)
  [ -z "$approval" ] || break
  kill -0 $asked 2> /dev/null || break
  sleep 0.2
done
[ -n "$approval" ] || { cat "$data/delivery.txt" >&2; fail 'Nobody was asked.'; }
as mia approvals approve "$approval" --comment 'The retention team is ready.' > /dev/null || fail 'mia could not approve.'
as sam approvals approve "$approval" --comment 'Seen the evaluation and the card.' || fail 'sam could not approve.'
wait $asked || { cat "$data/delivery.txt" >&2; fail 'The delivery failed.'; }
cat "$data/delivery.txt"
as ana predict churn-predictor --environment production --entity customer_id=C00022 || fail 'Production did not answer.'
say "It took $(($(date +%s) - started)) s, two decisions included."

say '' && say '== What the auditor sees =='
as eva compliance report --framework all --from "$(date -u -d yesterday +%Y-%m-%d)" --to "$(date -u -d tomorrow +%Y-%m-%d)" --output "$data/compliance.html" || fail 'The report could not be made.'
as eva audit verify || fail 'The audit trail does not verify.'

if ! $stay; then
  stop
  say '' && say "Done; the server is stopped. Its data stay in $data"
  exit 0
fi

cat >&2 <<EOT

Done. The server goes on:
  address   $url   (health: $url/health/ready, metrics: $url/metrics, API: $url/openapi/v1.json)
  data      $data
  log       $log
  people    root, ana (data scientist), mia (manager), sam (senior data scientist), eva (auditor); password of all: $data/password
  card      file://$data/churn-card.html
  report    file://$data/compliance.html
  gRPC      $grpc   (inference.GRPCInferenceService, metadata x-orrery-environment: staging)
  ask       curl -s $url/staging/v2/models/churn-predictor   (docs/guides/serving.md goes on from here)
  try       MLFLOW_TRACKING_URI=$url MLFLOW_TRACKING_USERNAME=ana MLFLOW_TRACKING_PASSWORD=... in any MLflow script, or: ./mlops --help
  stop      kill $server
EOT
