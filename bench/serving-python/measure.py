"""Measures pickled models in Python workers over V1: requests a second, and CPU time a request, which does not depend on what else runs.

Wants a running server, wrk, and Debian's python3-sklearn: measure.py http://127.0.0.1:5000 <process id of the server> [seconds]
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

URL, SERVER = sys.argv[1].rstrip("/"), int(sys.argv[2])
SECONDS = int(sys.argv[3]) if len(sys.argv) > 3 else 8
MLMODEL = "flavors:\n  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n"


def call(method, path, body=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(URL + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def until(what, holds):
    for _ in range(1200):
        try:
            if holds():
                return
        except urllib.error.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"Not so after two minutes: {what}")


def deploy(name, model, more):
    call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/bench/{name}/model.pkl", pickle.dumps(model))
    call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/bench/{name}/MLmodel", MLMODEL.encode())
    call("POST", "/api/2.0/mlflow/registered-models/create", {"name": name})
    call("POST", "/api/2.0/mlflow/model-versions/create", {"name": name, "source": f"mlflow-artifacts:/bench/{name}"})
    until("the package is kept", lambda: call("GET", f"/api/v1/models/{name}/versions/1/package"))
    for deployment, extra in more.items():
        call("PUT", f"/api/v1/deployments/production/{deployment}", {"variants": [{"name": "stable", "model": name, "version": "1", "weight": 1, **extra}]})
        until(f"{deployment} is ready", lambda: call("GET", f"/api/v1/deployments/production/{deployment}")["state"] == "ready")


def cpu(process):
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def workers():
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as file:
                if int(file.read().rsplit(") ", 1)[1].split()[1]) == SERVER:
                    found.append(int(name))
        except (OSError, IndexError, ValueError):
            continue
    return found


def load(deployment, connections, rows):
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        body = json.dumps({"instances": np.random.default_rng(1).normal(size=(rows, 20)).round(4).tolist()})
        script.write(f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n")
        script.flush()
        before = cpu(SERVER), sum(map(cpu, workers()))
        written = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", "-s", script.name, f"{URL}/v1/models/{deployment}:predict"],
            capture_output=True, text=True, check=True).stdout
        after = cpu(SERVER), sum(map(cpu, workers()))
    lines = {line.split()[0]: line.split() for line in written.splitlines() if line.strip()}
    count = int(next(line.split()[0] for line in written.splitlines() if " requests in " in line))
    failed = "Non-2xx" in written
    server, worker = ((after[i] - before[i]) / count * 1e6 for i in (0, 1))
    print(f"| {deployment} | {rows} | {connections} | {count / SECONDS:,.0f} | {lines['50%'][1]} | {lines['99%'][1]} | {server:,.0f} | {worker:,.0f} |{' FAILED' if failed else ''}",
          flush=True)


rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 20))
Y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
deploy("lr", LogisticRegression().fit(X, Y), {"lr-single": {"max_batch_rows": 1}, "lr-batched": {}})
deploy("rf", RandomForestClassifier(100, max_depth=6, random_state=0).fit(X, Y), {"rf-single": {"max_batch_rows": 1}, "rf-batched": {}})
print("| deployment | rows | connections | requests/s | p50 | p99 | server CPU us/request | worker CPU us/request |")
print("|---|--:|--:|--:|--:|--:|--:|--:|")
for model in ("lr", "rf"):
    load(f"{model}-single", 1, 1)
    for kind in ("single", "batched"):
        load(f"{model}-{kind}", 16, 1)
    load(f"{model}-batched", 64, 1)
    load(f"{model}-batched", 16, 64)
