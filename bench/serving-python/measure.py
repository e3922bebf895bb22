"""Measures pickled models in Python workers over V1: requests a second, and CPU time a request, which does not depend on what else runs.

Wants a running server, wrk, and Debian's python3-sklearn: measure.py http://127.0.0.1:5000 <process id of the server> [seconds]
With MLflow 2.x on PYTHONPATH and gunicorn installed, its scoring server answers with the same files, as 'mlflow models serve' starts it, in turns with ours.
"""

import importlib.util
import json
import os
import pickle
import socket
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
MLMODEL = """flavors:
  python_function:
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict
    python_version: 3.11.2
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: cloudpickle
    sklearn_version: 1.2.1
"""
ROUNDS = 3


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


def children(parent):
    found = []
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as file:
                if int(file.read().rsplit(") ", 1)[1].split()[1]) == parent:
                    found.append(int(name))
        except (OSError, IndexError, ValueError):
            continue
    return found


class Load:
    """One kind of request to one server, measured in rounds."""

    def __init__(self, what, url, process, connections, rows):
        self.what, self.url, self.process, self.connections, self.rows = what, url, process, connections, rows
        self.count, self.server, self.worker, self.times, self.failed = 0, 0.0, 0.0, None, False

    def round(self):
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            body = json.dumps({"instances": np.random.default_rng(1).normal(size=(self.rows, 20)).round(4).tolist()})
            script.write(f"wrk.method = 'POST'\nwrk.body = '{body}'\nwrk.headers['Content-Type'] = 'application/json'\n")
            script.flush()
            before = cpu(self.process), sum(map(cpu, children(self.process)))
            written = subprocess.run(
                ["wrk", "-t1", f"-c{self.connections}", f"-d{SECONDS}s", "--latency", "-s", script.name, self.url],
                capture_output=True, text=True, check=True).stdout
            after = cpu(self.process), sum(map(cpu, children(self.process)))
        self.times = {line.split()[0]: line.split() for line in written.splitlines() if line.strip()}
        self.count += int(next(line.split()[0] for line in written.splitlines() if " requests in " in line))
        self.failed |= "Non-2xx" in written
        self.server += after[0] - before[0]
        self.worker += after[1] - before[1]

    def report(self, rounds, beside=None):
        server, worker = self.server / self.count * 1e6, self.worker / self.count * 1e6
        share = f"{self.count / beside.count:.1f} x" if beside else ""
        print(f"| {self.what} | {self.rows} | {self.connections} | {self.count / SECONDS / rounds:,.0f} | {self.times['50%'][1]} | {self.times['99%'][1]} |"
              f" {server:,.0f} | {worker:,.0f} | {share} |{' FAILED' if self.failed else ''}", flush=True)


def load(deployment, connections, rows):
    one = Load(deployment, f"{URL}/v1/models/{deployment}:predict", SERVER, connections, rows)
    one.round()
    one.report(1)


def beside_mlflow(name, deployments, folder):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--timeout=60", "-b", f"127.0.0.1:{port}", "-w", "1", "--", "mlflow.pyfunc.scoring_server.wsgi:app"],
        env={**os.environ, "__pyfunc_model_path__": folder}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def answers():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/ping") as answer:
                    return answer.status == 200
            except OSError:
                return False

        until("MLflow's scoring server answers", answers)
        for rows in (1, 64):
            theirs = Load(f"MLflow, {name}", f"http://127.0.0.1:{port}/invocations", server.pid, 16, rows)
            ours = [Load(deployment, f"{URL}/v1/models/{deployment}:predict", SERVER, 16, rows) for deployment in deployments]
            for _ in range(ROUNDS):
                for one in (theirs, *ours):
                    one.round()
            theirs.report(ROUNDS)
            for one in ours:
                one.report(ROUNDS, theirs)
    finally:
        server.terminate()
        server.wait()


rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 20))
Y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
MODELS = {
    "lr": LogisticRegression().fit(X, Y),
    "rf": RandomForestClassifier(100, max_depth=6, random_state=0).fit(X, Y),
}
for name, model in MODELS.items():
    deploy(name, model, {f"{name}-single": {"max_batch_rows": 1}, f"{name}-batched": {}})
print("| deployment | rows | connections | requests/s | p50 | p99 | server CPU us/request | worker CPU us/request | of MLflow |")
print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
for name, model in MODELS.items():
    if importlib.util.find_spec("mlflow"):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/model.pkl", "wb") as file:
                pickle.dump(model, file)
            with open(f"{folder}/MLmodel", "w") as file:
                file.write(MLMODEL)
            beside_mlflow(name, [f"{name}-single", f"{name}-batched"], folder)
    load(f"{name}-single", 1, 1)
    for kind in ("single", "batched"):
        load(f"{name}-{kind}", 16, 1)
    load(f"{name}-batched", 64, 1)
    load(f"{name}-batched", 16, 64)
