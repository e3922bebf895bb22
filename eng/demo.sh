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
# Where the model that is brought over in the story runs today.
export Orrery__Serving__Remote__Hosts__0=churn.internal:8080
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
# The canary answers, too, and what it answers has to be explained as well.
mlops explain churn-predictor 2 --data churn/held_out.csv "${features[@]}" --label churn --class 1 --rows 100 > /dev/null || fail 'The explanation of the canary failed.'

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
# Hexadecimal: no person's name is among its letters by chance.
password=$(head -c 16 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
printf '%s\n' "$password" > "$data/password"
mlops admin init --name root --password-file "$data/password" || fail 'Identity could not be turned on.'
as() {
  local name=$1
  shift
  MLFLOW_TRACKING_USERNAME=$name MLFLOW_TRACKING_PASSWORD=$password mlops "$@"
}
as root access roles put personal-features --permission features.restricted || fail 'The role could not be made.'
for person in ana:data-scientist leo:ml-engineer mia:manager sam:senior-data-scientist eva:auditor; do
  as root people create "${person%:*}" --password-file "$data/password" > /dev/null || fail "${person%:*} could not be added."
  as root access grant "${person%:*}" "${person#*:}" || fail "${person%:*} could not be given a role."
done
for person in ana leo; do
  as root access grant "$person" personal-features || fail "$person could not be given a role."
done
as root groups create churn-team > /dev/null || fail 'The group could not be made.'
as root groups add churn-team ana sam > /dev/null || fail 'The group could not be filled.'
as root service-accounts create nightly-training > /dev/null || fail 'The service account could not be made.'
as root cost budget set 500 > /dev/null || fail 'The budget could not be set.'

# Waits until mia is asked to decide on what $asked waits for: sets $approval.
wait_for_question() {
  approval=
  for ((waited = 0; waited < 100; waited++)); do
    approval=$(as mia approvals list --mine --json | id_of)
    [ -z "$approval" ] || return 0
    kill -0 $asked 2> /dev/null || break
    sleep 0.2
  done
  cat "$1" >&2
  fail 'Nobody was asked.'
}
id_of() { sed -n 's/.*"id": *"\([0-9a-f]\{32\}\)".*/\1/p' | head -n 1; }

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
wait_for_question "$data/delivery.txt"
as mia approvals approve "$approval" --comment 'The retention team is ready.' > /dev/null || fail 'mia could not approve.'
as sam approvals approve "$approval" --comment 'Seen the evaluation and the card.' || fail 'sam could not approve.'
wait $asked || { cat "$data/delivery.txt" >&2; fail 'The delivery failed.'; }
cat "$data/delivery.txt"
as ana predict churn-predictor --environment production --entity customer_id=C00022 || fail 'Production did not answer.'
say "It took $(($(date +%s) - started)) s, two decisions included."

say '' && say '== To production: version 2 is asked for, and refused =='
as ana promote churn-predictor 2 --from staging --to production --justification 'A line is easier to explain than trees' > "$data/refused-delivery.txt" 2>&1 &
asked=$!
wait_for_question "$data/refused-delivery.txt"
as sam approvals reject "$approval" --reason 'Version 2 was not evaluated on the held-out customers: nobody knows how fair it is.' || fail 'sam could not refuse.'
wait $asked && fail 'A refused version got production traffic.'
tail -n 3 "$data/refused-delivery.txt"

say '' && say '== The work around it: a list of everybody, an incident, an exception, a customer who wants to be forgotten =='
as ana batch-predict submit --name 'Everybody held out' --deployment production/churn-predictor --input churn/held_out.csv "${features[@]}" --wait || fail 'The batch prediction failed.'
incident=$(as leo incidents open 'Answers take twice as long since noon' --kind latency --severity sev3 --model churn-predictor --environment staging --json | id_of)
as leo incidents note "$incident" 'The canary got less traffic' --kind mitigated || fail 'The incident could not be noted.'
exception=$(as root exceptions request soc2-cc8.1 --reason 'The second reviewer is on leave' --measure 'Changes are looked at again every Monday' --owner mia \
  --expires "$(date -u -d '+60 days' +%Y-%m-%d)" --json | id_of)
as leo exceptions approve "$exception" --note 'Until the end of the leave.' || fail 'The exception could not be approved.'
request=$(as root dsr register erasure customer_id=C00047 --key TICKET-17 --json | id_of)
code=0
as root subjects erase customer_id=C00047 --reason TICKET-17 --yes || code=$?
# 4: the training set that models were made of is kept, and the receipt says so.
[ "$code" -eq 4 ] || fail 'The customer could not be erased.'
as root dsr update "$request" --state in_progress --answer 'Erased but for the training set, which is made anew for the next version' || fail 'The request could not be brought on.'
as leo migration start churn-predictor --version 1 --url http://churn.internal:8080 --owner mia --requests-per-day 20000 --slo 'p95 100 ms' || fail 'The migration could not begin.'

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
  people    root, ana (data scientist), leo (ML engineer), mia (manager), sam (senior data scientist), eva (auditor); password of all: $data/password
  card      file://$data/churn-card.html
  report    file://$data/compliance.html
  gRPC      $grpc   (inference.GRPCInferenceService, metadata x-orrery-environment: staging)
  ask       curl -s $url/staging/v2/models/churn-predictor   (docs/guides/serving.md goes on from here)
  try       MLFLOW_TRACKING_URI=$url MLFLOW_TRACKING_USERNAME=ana MLFLOW_TRACKING_PASSWORD=... in any MLflow script, or: ./mlops --help
  stop      kill $server
EOT
