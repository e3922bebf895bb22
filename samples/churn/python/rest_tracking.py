"""Logs to an MLflow server with nothing but the standard library: the REST calls that the mlflow package makes."""
import getpass
import json
import pickle
import platform
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from contextlib import contextmanager
from datetime import datetime, timezone

import numpy
import sklearn

MLFLOW_VERSION = "2.17.2"


class Refused(RuntimeError):
    """The server answered with an error."""

    def __init__(self, status, code, message):
        super().__init__(f"{code}: {message}")
        self.status, self.code = status, code


class RestTracking:
    """Runs, one inside the other, and the registry. The same methods as MlflowTracking."""

    name = "the REST API"

    def __init__(self, uri, experiment):
        self.uri = uri.rstrip("/")
        self.runs = []
        try:
            found = self.get("experiments/get-by-name", experiment_name=experiment)
            self.experiment_id = found["experiment"]["experiment_id"]
        except Refused as refused:
            if refused.status != 404:
                raise
            self.experiment_id = self.post("experiments/create", name=experiment)["experiment_id"]

    @contextmanager
    def run(self, name):
        tags = {"mlflow.user": getpass.getuser(), "mlflow.source.name": "samples/churn/python/train.py",
                "mlflow.source.type": "LOCAL", "environment.runtime": f"python {platform.python_version()}"}
        if self.runs:
            tags["mlflow.parentRunId"] = self.runs[-1]["run_id"]
        info = self.post("runs/create", experiment_id=self.experiment_id, run_name=name, user_id=getpass.getuser(),
                         start_time=now(), tags=pairs(tags))["run"]["info"]
        self.runs.append(info)
        status = "FAILED"
        try:
            yield info["run_id"]
            status = "FINISHED"
        finally:
            self.runs.pop()
            self.post("runs/update", run_id=info["run_id"], status=status, end_time=now())

    def params(self, params):
        self.batch(params=pairs(params))

    def metrics(self, metrics):
        self.batch(metrics=[point(key, value, 0) for key, value in metrics.items()])

    def history(self, key, values):
        points = [point(key, value, step) for step, value in enumerate(values, start=1)]
        for start in range(0, len(points), 1000):
            self.batch(metrics=points[start:start + 1000])

    def dataset(self, data):
        self.post("runs/log-inputs", run_id=self.runs[-1]["run_id"], datasets=[{
            "tags": [{"key": "mlflow.data.context", "value": "training"}],
            "dataset": {
                "name": "telco_churn", "digest": data.sha256[:32], "source_type": "local",
                "source": json.dumps({"uri": data.path.name, "sha256": data.sha256}),
                "profile": json.dumps({"num_rows": len(data.y), "num_elements": int(data.x.size)})}}])

    def file(self, path, content):
        """Uploads one file below the run."""
        root = self.runs[-1]["artifact_uri"]
        if not root.startswith("mlflow-artifacts:"):
            raise SystemExit(f"The run keeps its files at {root}, which this script cannot reach: pip install mlflow.")
        parts = [part for part in root[len("mlflow-artifacts:"):].split("/") if part] + path.split("/")
        where = "/".join(urllib.parse.quote(part) for part in parts)
        self.call("PUT", f"mlflow-artifacts/artifacts/{where}", content, "application/octet-stream")

    def model(self, pipeline, example):
        """Uploads the pipeline in MLflow's layout for scikit-learn."""
        for name, content in sklearn_folder(pipeline, example, self.runs[-1]["run_id"]).items():
            self.file(f"model/{name}", content)

    def register(self, run_id, model, alias, tags):
        try:
            self.post("registered-models/create", name=model)
        except Refused as refused:
            if refused.code != "RESOURCE_ALREADY_EXISTS":
                raise
        root = self.get("runs/get", run_id=run_id)["run"]["info"]["artifact_uri"]
        version = self.post("model-versions/create", name=model, source=f"{root}/model", run_id=run_id, tags=pairs(tags))
        number = version["model_version"]["version"]
        self.post("registered-models/alias", name=model, alias=alias, version=number)
        return number

    def batch(self, **what):
        self.post("runs/log-batch", run_id=self.runs[-1]["run_id"], **what)

    def get(self, path, **query):
        return self.call("GET", f"mlflow/{path}?{urllib.parse.urlencode(query)}")

    def post(self, path, **body):
        return self.call("POST", f"mlflow/{path}", json.dumps(body).encode(), "application/json")

    def call(self, method, path, body=None, content_type=None):
        request = urllib.request.Request(f"{self.uri}/api/2.0/{path}", data=body, method=method)
        if content_type:
            request.add_header("Content-Type", content_type)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            try:
                problem = json.loads(text)
            except ValueError:
                problem = {}
            raise Refused(error.code, problem.get("error_code", str(error.code)), problem.get("message", text[:200])) from None
        except urllib.error.URLError as error:
            raise SystemExit(f"Cannot reach {self.uri}: {error.reason}. Start a server with ./mlops serve.") from None


def sklearn_folder(pipeline, example, run_id):
    """The files that mlflow.sklearn.save_model writes, by name."""
    requirements = [f"mlflow=={MLFLOW_VERSION}", f"scikit-learn=={sklearn.__version__}", f"numpy=={numpy.__version__}"]
    python = platform.python_version()
    tensor = '[{{"type": "tensor", "tensor-spec": {{"dtype": "float64", "shape": [-1, {}]}}}}]'
    mlmodel = f"""\
artifact_path: model
flavors:
  python_function:
    env:
      conda: conda.yaml
      virtualenv: python_env.yaml
    loader_module: mlflow.sklearn
    model_path: model.pkl
    predict_fn: predict_proba
    python_version: {python}
  sklearn:
    code: null
    pickled_model: model.pkl
    serialization_format: pickle
    sklearn_version: {sklearn.__version__}
mlflow_version: {MLFLOW_VERSION}
model_uuid: {uuid.uuid4().hex}
run_id: {run_id}
saved_input_example_info:
  artifact_path: input_example.json
  serving_input_path: serving_input_example.json
  type: ndarray
signature:
  inputs: '{tensor.format(example.shape[1])}'
  outputs: '{tensor.format(2)}'
  params: null
utc_time_created: '{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S.%f}'
"""
    pip = "".join(f"  - {requirement}\n" for requirement in requirements)
    conda = f"channels:\n- conda-forge\ndependencies:\n- python={python}\n- pip\n- pip:\n{pip}name: mlflow-env\n"
    texts = {
        "MLmodel": mlmodel,
        "requirements.txt": "\n".join(requirements) + "\n",
        "conda.yaml": conda,
        "python_env.yaml": f"python: {python}\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n",
        "input_example.json": json.dumps(example.tolist()),
        "serving_input_example.json": json.dumps({"inputs": example.tolist()}),
    }
    return {"model.pkl": pickle.dumps(pipeline), **{name: text.encode() for name, text in texts.items()}}


def point(key, value, step):
    return {"key": key, "value": float(value), "timestamp": now(), "step": step}


def pairs(values):
    return [{"key": key, "value": str(value)} for key, value in values.items()]


def now():
    return int(time.time() * 1000)
