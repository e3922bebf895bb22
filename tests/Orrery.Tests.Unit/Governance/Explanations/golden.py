"""Writes golden.json beside itself: data, trees that scikit-learn (Debian's python3) grows on it, and what they say.

Run: /usr/bin/python3 golden.py
"""
import json
import pathlib

import numpy as np
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

rng = np.random.default_rng(20250117)
rows = np.round(rng.random((240, 4)), 3).astype(np.float32)
target = np.round(np.where(rows[:, 0] > 0.5, 2 * rows[:, 1], rows[:, 2] ** 2) + 0.1 * rng.standard_normal(240), 4)


def nodes(tree):
    return {
        "left": tree.children_left.tolist(),
        "right": tree.children_right.tolist(),
        "feature": tree.feature.tolist(),
        "threshold": tree.threshold.tolist(),
    }


def grown(depth, leaf):
    tree = DecisionTreeRegressor(max_depth=depth, min_samples_leaf=leaf, random_state=0).fit(rows, target)
    return {"depth": depth, "leaf": leaf, "said": tree.predict(rows).tolist(), **nodes(tree.tree_)}


boosted = GradientBoostingRegressor(n_estimators=8, max_depth=3, learning_rate=0.3, random_state=0).fit(rows, target)
forest = RandomForestClassifier(n_estimators=6, max_depth=4, random_state=0).fit(rows, target > np.median(target))
golden = {
    "rows": rows.astype(float).round(3).tolist(),
    "target": target.tolist(),
    "grown": [grown(1, 1), grown(3, 5), grown(5, 10)],
    "boosted": {
        "base": float(boosted.init_.constant_.ravel()[0]),
        "trees": [{**nodes(t[0].tree_), "value": (0.3 * t[0].tree_.value[:, 0, 0]).tolist()} for t in boosted.estimators_],
        "said": boosted.predict(rows).tolist(),
    },
    "forest": {
        "trees": [
            {**nodes(t.tree_), "value": (t.tree_.value[:, 0, 1] / t.tree_.value[:, 0].sum(axis=1) / 6).tolist()} for t in forest.estimators_
        ],
        "said": forest.predict_proba(rows)[:, 1].tolist(),
    },
}
pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(golden) + "\n")
