"""Reads one question as JSON, answers it with scikit-learn as JSON. Used by ScikitLearnTests."""
import json
import sys

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def logistic(q):
    scaler = StandardScaler().fit(np.array(q["x"]))
    model = LogisticRegression(C=1 / q["ridge"], solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(scaler.transform(np.array(q["x"])), q["y"])
    return {"weights": model.coef_[0].tolist(), "intercept": float(model.intercept_[0])}


def boosting(q):
    model = GradientBoostingClassifier(
        criterion="squared_error", n_estimators=q["trees"], max_depth=q["depth"],
        learning_rate=q["rate"], min_samples_leaf=q["min_leaf"], random_state=0)
    model.fit(np.array(q["x"]), q["y"])
    return {"probabilities": model.predict_proba(np.array(q["at"]))[:, 1].tolist()}


def scores(q):
    y, p = np.array(q["y"]), np.array(q["p"])
    said = (p > 0.5).astype(int)
    observed, predicted = calibration_curve(y, p, n_bins=10)
    rises, hits, _ = metrics.roc_curve(y, p, drop_intermediate=False)
    return {
        "auc": metrics.roc_auc_score(y, p),
        "log_loss": metrics.log_loss(y, p),
        "brier": metrics.brier_score_loss(y, p),
        "accuracy": metrics.accuracy_score(y, said),
        "precision": metrics.precision_score(y, said),
        "recall": metrics.recall_score(y, said),
        "f1": metrics.f1_score(y, said),
        "predicted": predicted.tolist(),
        "observed": observed.tolist(),
        "roc_x": rises.tolist(),
        "roc_y": hits.tolist(),
    }


question = json.load(sys.stdin)
json.dump({"logistic": logistic, "boosting": boosting, "scores": scores}[question["ask"]](question), sys.stdout)
