#!/usr/bin/env python3
"""Trains churn predictors with scikit-learn, logs every run to the server and registers the best.

Goes through the mlflow package when it is installed and through its REST API otherwise. Needs scikit-learn.
"""
import argparse
import os
import sys
import time

from sklearn import metrics
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from churn_data import FEATURES, PATH, SEED, ChurnData

try:
    from mlflow_tracking import MlflowTracking as Tracking
except ImportError:
    from rest_tracking import RestTracking as Tracking

EXPERIMENT, MODEL, ALIAS = "churn", "churn-predictor-sklearn", "champion"


def candidates():
    """Names, parameters and pipelines of the sweep."""
    for ridge in (0.01, 1, 100):
        yield (f"sklearn-logistic-ridge-{ridge}", {"model": "logistic_regression", "ridge": ridge},
               make_pipeline(StandardScaler(), LogisticRegression(C=1 / ridge, max_iter=1000)))
    for depth, trees in ((1, 300), (2, 100), (3, 80)):
        params = {"max_depth": depth, "n_estimators": trees, "learning_rate": 0.1, "min_samples_leaf": 20, "random_state": SEED}
        yield (f"sklearn-boosting-depth-{depth}", {"model": "gradient_boosted_trees", **params},
               make_pipeline(GradientBoostingClassifier(**params)))


def scores(pipeline, part, prefix):
    x, y = part
    p = pipeline.predict_proba(x)[:, 1]
    said = (p > 0.5).astype(int)
    return {
        f"{prefix}auc": metrics.roc_auc_score(y, p),
        f"{prefix}log_loss": metrics.log_loss(y, p),
        f"{prefix}brier": metrics.brier_score_loss(y, p),
        f"{prefix}accuracy": metrics.accuracy_score(y, said),
        f"{prefix}precision": metrics.precision_score(y, said, zero_division=0),
        f"{prefix}recall": metrics.recall_score(y, said),
        f"{prefix}f1": metrics.f1_score(y, said),
    }


def log_iterations(tracking, pipeline, data):
    """The log-loss after each tree, on the rows to train and to choose on; logistic regression does not tell."""
    model = pipeline[-1]
    if not isinstance(model, GradientBoostingClassifier):
        return
    for name, (x, y) in (("train", data.train), ("valid", data.valid)):
        losses = [metrics.log_loss(y, p) for p in model.staged_predict_proba(x)]
        tracking.history(f"iteration/{name}_log_loss", losses)


def log_plots(tracking, name, pipeline, part):
    """The ROC curve and the calibration as pictures, when matplotlib is installed."""
    try:
        import matplotlib
    except ImportError:
        return
    matplotlib.use("svg")
    import io
    import matplotlib.pyplot as plt
    from sklearn.calibration import CalibrationDisplay
    x, y = part
    for display, file in ((metrics.RocCurveDisplay, "roc.svg"), (CalibrationDisplay, "calibration.svg")):
        figure, axes = plt.subplots(figsize=(7, 5))
        options = {"n_bins": 10} if display is CalibrationDisplay else {}
        display.from_estimator(pipeline, x, y, name=name, ax=axes, **options)
        picture = io.BytesIO()
        figure.savefig(picture, format="svg")
        plt.close(figure)
        tracking.file(f"plots/{file}", picture.getvalue())


def arguments():
    parser = argparse.ArgumentParser(description="Trains churn predictors with scikit-learn, logs every run and registers the best.")
    parser.add_argument("--tracking-uri", default=os.environ.get("MLFLOW_TRACKING_URI") or "http://127.0.0.1:5000",
                        help="address of the server; MLFLOW_TRACKING_URI when absent, else http://127.0.0.1:5000")
    parser.add_argument("--data", default=PATH, help="the churn table as CSV; the copy in samples/churn/data when absent")
    return parser.parse_args()


def main():
    told = arguments()
    data, uri = ChurnData(told.data), told.tracking_uri
    tracking = Tracking(uri, EXPERIMENT)
    print(f"Data      {len(data.y):,} customers, {data.y.mean():.1%} of them left; {len(FEATURES)} inputs")
    print(f"Tracking  {uri} experiment {EXPERIMENT} ({tracking.experiment_id}), through {tracking.name}\n")

    results = []
    with tracking.run("sklearn-sweep") as sweep:
        tracking.dataset(data)
        tracking.params({"split_seed": SEED, "chosen_by": "valid_auc"})
        for name, params, pipeline in candidates():
            with tracking.run(name) as run_id:
                started = time.perf_counter()
                pipeline.fit(*data.train)
                seconds = time.perf_counter() - started
                valid = scores(pipeline, data.valid, "valid_")
                tracking.dataset(data)
                tracking.params({**params, "split_seed": SEED})
                tracking.metrics(valid)
                log_iterations(tracking, pipeline, data)
                log_plots(tracking, name, pipeline, data.valid)
                tracking.model(pipeline, data.valid[0][:1])
            results.append((valid["valid_auc"], name, run_id, params, pipeline, valid, seconds))
            print(f"  ✓ {name:<30} AUC {valid['valid_auc']:.4f}   log-loss {valid['valid_log_loss']:.4f}   {seconds:4.1f} s", flush=True)
        results.sort(key=lambda result: result[:2], reverse=True)
        auc, name, run_id, params, pipeline, valid, _ = results[0]
        judged = scores(pipeline, data.test, "test_")
        tracking.metrics({**valid, **judged})

    version = tracking.register(run_id, MODEL, ALIAS, {
        "algorithm": params["model"], "valid_auc": f"{auc:.4f}", "test_auc": f"{judged['test_auc']:.4f}"})
    print(f"\n{'Run':<34}{'Valid AUC':>10}{'Log-loss':>10}{'Brier':>8}{'F1':>8}")
    for _, each, _, _, _, valid, _ in results:
        print(f"{each:<34}{valid['valid_auc']:>10.4f}{valid['valid_log_loss']:>10.4f}{valid['valid_brier']:>8.4f}{valid['valid_f1']:>8.3f}")
    print(f"\nBest is {name}: AUC {judged['test_auc']:.4f} on the {len(data.test[1]):,} test customers that nothing was chosen on.")
    print(f"Registered as {MODEL} version {version}, alias @{ALIAS}; the sweep is run {sweep}.")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, RuntimeError) as error:
        sys.exit(str(error))
