"""Logs through the mlflow package. The same methods as RestTracking."""
import platform
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import mlflow
import mlflow.sklearn
import numpy
import sklearn
from mlflow.entities import Metric
from mlflow.models import infer_signature


class MlflowTracking:
    """Runs, one inside the other, and the registry."""

    name = f"mlflow {mlflow.__version__}"

    def __init__(self, uri, experiment):
        mlflow.set_tracking_uri(uri)
        self.experiment_id = mlflow.set_experiment(experiment).experiment_id

    @contextmanager
    def run(self, name):
        with mlflow.start_run(run_name=name, nested=mlflow.active_run() is not None) as run:
            mlflow.set_tag("environment.runtime", f"python {platform.python_version()}")
            yield run.info.run_id

    def params(self, params):
        mlflow.log_params(params)

    def metrics(self, metrics):
        mlflow.log_metrics(metrics)

    def history(self, key, values):
        now = int(time.time() * 1000)
        points = [Metric(key, float(value), now, step) for step, value in enumerate(values, start=1)]
        for start in range(0, len(points), 1000):
            mlflow.MlflowClient().log_batch(mlflow.active_run().info.run_id, metrics=points[start:start + 1000])

    def dataset(self, data):
        dataset = mlflow.data.from_numpy(
            data.x, source=str(data.path), targets=data.y, name="telco_churn", digest=data.sha256[:32])
        mlflow.log_input(dataset, context="training")

    def file(self, path, content):
        with tempfile.TemporaryDirectory() as folder:
            local = Path(folder) / Path(path).name
            local.write_bytes(content)
            mlflow.log_artifact(str(local), str(Path(path).parent))

    def model(self, pipeline, example):
        mlflow.sklearn.log_model(
            pipeline, "model", signature=infer_signature(example, pipeline.predict_proba(example)), input_example=example,
            pyfunc_predict_fn="predict_proba",
            pip_requirements=[f"mlflow=={mlflow.__version__}", f"scikit-learn=={sklearn.__version__}", f"numpy=={numpy.__version__}"])

    def register(self, run_id, model, alias, tags):
        version = mlflow.register_model(f"runs:/{run_id}/model", model, tags=tags)
        mlflow.MlflowClient().set_registered_model_alias(model, alias, version.version)
        return version.version
