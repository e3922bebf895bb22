"""Two teams' work on one server, by MLflow's REST API. Usage: two_teams.py URL TOKEN_OF_RED TOKEN_OF_BLUE [--shared]"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request


class Client:
    """Speaks as an MLflow client does whose MLFLOW_TRACKING_URI ends in /w/{workspace}."""

    def __init__(self, url, workspace, token):
        self.root = f"{url}/w/{workspace}"
        self.token = token

    def send(self, method, path, body=None, query=None, data=None):
        url = f"{self.root}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json" if data is None else "application/octet-stream"}
        payload = data if data is not None else (json.dumps(body).encode() if body is not None else None)
        try:
            with urllib.request.urlopen(urllib.request.Request(url, payload, headers, method=method)) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text[:1] == b"{" else text
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"{}")

    def get(self, path, **query):
        return self.send("GET", f"/api/2.0/mlflow/{path}", query=query)

    def post(self, path, **body):
        return self.send("POST", f"/api/2.0/mlflow/{path}", body=body)


def check(what, holds, seen):
    print(f"  {'holds' if holds else 'DOES NOT HOLD'}: {what}")
    if not holds:
        sys.exit(f"    seen: {seen}")


def work(client, team):
    """An experiment, a run with a file, a registered model; all of the same names in both teams."""
    experiment = client.post("experiments/create", name="churn")[1]["experiment_id"]
    run = client.post("runs/create", experiment_id=experiment, run_name="first")[1]["run"]["info"]["run_id"]
    client.post("runs/log-metric", run_id=run, key="auc", value=0.8, timestamp=1, step=0)
    path = f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/notes.txt"
    client.send("PUT", path, data=f"only {team} may read this".encode())
    client.post("registered-models/create", name="churn")
    version = client.post("model-versions/create", name="churn", source=f"runs:/{run}/model", run_id=run)
    check(f"{team} registers churn", version[0] == 200, version)
    return experiment, run, path


def separate(red, blue, bob_in_red):
    experiment, run, path = work(red, "red")
    work(blue, "blue")
    names = [e["name"] for e in blue.post("experiments/search", max_results=100)[1]["experiments"]]
    check("blue lists its own experiments only", sorted(names) == ["Default", "churn"], names)
    for what, answer in {
        "red's experiment": bob_in_red.get("experiments/get", experiment_id=experiment),
        "red's run": bob_in_red.get("runs/get", run_id=run),
        "red's run, asked for in blue": blue.get("runs/get", run_id=run),
        "red's model": bob_in_red.get("registered-models/get", name="churn"),
        "red's file": bob_in_red.send("GET", path),
        "red's file, asked for in blue": blue.send("GET", path),
        "a write to red's run": bob_in_red.post("runs/log-metric", run_id=run, key="auc", value=0.1, timestamp=2, step=1),
    }.items():
        check(f"bob: {what} does not exist", answer[0] == 404, answer)
    check("red reads its file", red.send("GET", path) == (200, b"only red may read this"), red.send("GET", path))

    second = blue.post("runs/create", experiment_id="0")
    third = blue.post("runs/create", experiment_id="0")
    check("blue's second run of the day is made", second[0] == 200, second)
    check("blue's third is refused by its quota", third[0] == 403 and "runs-per-day" in str(third[1]), third)
    print(f"    {third[1]['message']}")


def shared(bob_in_red):
    check("bob reads the shared model", bob_in_red.get("registered-models/get", name="churn")[0] == 200, "")
    listed = [m["name"] for m in bob_in_red.get("registered-models/search")[1]["registered_models"]]
    check("bob lists the shared model in red", listed == ["churn"], listed)
    changed = bob_in_red.send("PATCH", "/api/2.0/mlflow/registered-models/update", body={"name": "churn", "description": "mine"})
    check("bob cannot change it", changed[0] == 403, changed)


def main():
    url, ann, bob = sys.argv[1:4]
    red, blue, bob_in_red = Client(url, "red", ann), Client(url, "blue", bob), Client(url, "red", bob)
    if "--shared" in sys.argv:
        shared(bob_in_red)
    else:
        separate(red, blue, bob_in_red)


main()
