"""Writes golden.json beside itself: data, and what scikit-learn, scipy and numpy (Debian's python3) compute of it.

Run: /usr/bin/python3 golden.py
"""
import json
import pathlib

import numpy as np
import scipy.stats as st
import sklearn.metrics as m
from sklearn.calibration import calibration_curve

rng = np.random.default_rng(20240601)


def binary(n, decimals):
    score = np.round(rng.beta(2, 3, n), decimals)
    truth = (rng.random(n) < score * 0.9).astype(int)
    return score, truth


def probability_metrics(score, truth, weight=None):
    p = np.asarray(score)
    observed, predicted = calibration_curve(truth, p, n_bins=10)
    edges = np.linspace(0, 1, 11)
    bins = np.searchsorted(edges[1:-1], p)
    share = np.bincount(bins, minlength=10)
    share = share[share > 0] / len(p)
    hat = (p >= 0.5).astype(int)
    kw = dict(sample_weight=weight)
    tn, fp, fn, tp = m.confusion_matrix(truth, hat, **kw).ravel()
    return {
        "counts": [float(tp), float(fp), float(fn), float(tn)],
        "accuracy": m.accuracy_score(truth, hat, **kw),
        "balanced_accuracy": m.balanced_accuracy_score(truth, hat, **kw),
        "precision": m.precision_score(truth, hat, **kw),
        "recall": m.recall_score(truth, hat, **kw),
        "f1": m.f1_score(truth, hat, **kw),
        "mcc": m.matthews_corrcoef(truth, hat, **kw),
        "kappa": m.cohen_kappa_score(truth, hat, **kw),
        "auc": m.roc_auc_score(truth, p, **kw),
        "average_precision": m.average_precision_score(truth, p, **kw),
        "log_loss": m.log_loss(truth, np.column_stack([1 - p, p]), **kw),
        "brier": m.brier_score_loss(truth, p, **kw),
        "ece": float(np.sum(share * np.abs(observed - predicted))),
        "mce": float(np.max(np.abs(observed - predicted))),
    }


def delong(truth, a, b):
    pos, neg = np.flatnonzero(truth == 1), np.flatnonzero(truth == 0)

    def psi(s):
        d = s[pos][:, None] - s[neg][None, :]
        return (d > 0) + 0.5 * (d == 0)

    x, y = psi(a), psi(b)
    v10, v01 = np.array([x.mean(1), y.mean(1)]), np.array([x.mean(0), y.mean(0)])
    s = np.cov(v10) / len(pos) + np.cov(v01) / len(neg)
    return {"auc": [x.mean(), y.mean()], "covariance": s.tolist()}


out = {}
cases = []
for n, decimals in ((200, 2), (57, 1), (1000, 6)):
    score, truth = binary(n, decimals)
    weight = np.round(rng.gamma(2, 1, n), 3)
    cases.append({"score": score.tolist(), "truth": truth.tolist(), "weight": weight.tolist(),
                  "plain": probability_metrics(score, truth), "weighted": {k: v for k, v in probability_metrics(score, truth, weight).items() if k not in ("ece", "mce")}})
out["binary"] = cases

truth = rng.integers(0, 4, 150)
hat = np.where(rng.random(150) < 0.6, truth, rng.integers(0, 4, 150))
hat[hat == 3] = 0
out["classes"] = {"truth": truth.tolist(), "predicted": hat.tolist(), "metrics": {
    "accuracy": m.accuracy_score(truth, hat), "balanced_accuracy": m.balanced_accuracy_score(truth, hat),
    **{f"{name}_{average}": f(truth, hat, average=average, zero_division=0)
       for name, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)) for average in ("macro", "weighted")},
    "mcc": m.matthews_corrcoef(truth, hat), "kappa": m.cohen_kappa_score(truth, hat)}}

y = np.round(rng.normal(50, 12, 120), 3)
f = np.round(y + rng.normal(1, 5, 120), 3)
w = np.round(rng.gamma(2, 1, 120), 3)
out["regression"] = [{"target": y.tolist(), "predicted": f.tolist(), "weight": None if k is None else k.tolist(), "metrics": {
    "rmse": m.mean_squared_error(y, f, sample_weight=k) ** 0.5, "mse": m.mean_squared_error(y, f, sample_weight=k), "mae": m.mean_absolute_error(y, f, sample_weight=k),
    "r2": m.r2_score(y, f, sample_weight=k), "mape": m.mean_absolute_percentage_error(y, f, sample_weight=k),
    "explained_variance": m.explained_variance_score(y, f, sample_weight=k)}} for k in (None, w)]

a, truth = binary(120, 2)
b = np.round(np.clip(a + rng.normal(0, 0.2, 120), 0, 1), 2)
out["delong"] = {"truth": truth.tolist(), "a": a.tolist(), "b": b.tolist(), **delong(truth, a, b)}

out["mcnemar"] = [{"b": b, "c": c, "exact": min(1.0, 2 * st.binom.cdf(min(b, c), b + c, 0.5)) if b != c else 1.0,
                   "corrected": st.chi2.sf((abs(b - c) - 1) ** 2 / (b + c), 1)} for b, c in ((3, 12), (25, 40), (1, 0), (7, 6), (300, 371))]

pairs = []
for d in (rng.normal(0.3, 1, 12), np.round(rng.normal(0.2, 1, 40), 1), rng.normal(0.1, 1, 80), np.array([1.0, -2, 3, 4, 5, -6, 7.5])):
    ties = len(np.unique(np.abs(d))) < len(d) or np.any(d == 0) or len(d) > 50
    t = st.ttest_1samp(d, 0)
    wx = st.wilcoxon(d, mode="approx" if ties else "exact")
    pairs.append({"differences": d.tolist(), "t": t.statistic, "t_p": t.pvalue, "w": wx.statistic, "w_p": wx.pvalue})
out["paired"] = pairs

tables = []
for x1, n1, x2, n2 in ((8, 40, 20, 45), (1, 12, 7, 15), (0, 30, 3, 31), (400, 1000, 350, 1000)):
    p = (x1 + x2) / (n1 + n2)
    z = (x1 / n1 - x2 / n2) / np.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    tables.append({"table": [x1, n1, x2, n2], "z": z, "z_p": 2 * st.norm.sf(abs(z)), "fisher_p": st.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]])[1]})
out["proportions"] = tables

p = np.array([0.001, 0.04, 0.03, 0.6, 0.03, 0.2])
order = np.argsort(p, kind="stable")
n = len(p)
holm, bh = np.empty(n), np.empty(n)
holm[order] = np.minimum(1, np.maximum.accumulate(p[order] * (n - np.arange(n))))
bh[order] = np.minimum(1, np.minimum.accumulate((p[order] * n / (np.arange(n) + 1))[::-1])[::-1])
out["adjusted"] = {"p": p.tolist(), "holm": holm.tolist(), "benjamini_hochberg": bh.tolist()}

# Group rates and disparities, as Fairlearn defines them, from scikit-learn's rates.
group = rng.integers(0, 3, 400)
truth = (rng.random(400) < np.array([0.3, 0.5, 0.4])[group]).astype(int)
hat = (rng.random(400) < np.where(truth == 1, np.array([0.7, 0.8, 0.6])[group], np.array([0.2, 0.3, 0.1])[group])).astype(int)


def rates(mask):
    t, h = truth[mask], hat[mask]
    return {"selection_rate": h.mean(), "true_positive_rate": m.recall_score(t, h), "false_positive_rate": 1 - m.recall_score(t, h, pos_label=0),
            "accuracy": m.accuracy_score(t, h), "precision": m.precision_score(t, h)}


groups = [rates(group == g) for g in range(3)]
whole = rates(np.full(400, True))


def spread(name):
    v = [g[name] for g in groups]
    return max(v) - min(v), min(v) / max(v), max(abs(x - whole[name]) for x in v), min(min(x / whole[name], whole[name] / x) for x in v)


sr, tpr, fpr = spread("selection_rate"), spread("true_positive_rate"), spread("false_positive_rate")
out["fairness"] = {"group": group.tolist(), "truth": truth.tolist(), "predicted": hat.tolist(), "groups": groups, "metrics": {
    "demographic_parity_difference": sr[0], "demographic_parity_ratio": sr[1],
    "demographic_parity_difference_to_overall": sr[2], "demographic_parity_ratio_to_overall": sr[3],
    "equalized_odds_difference": max(tpr[0], fpr[0]), "equalized_odds_ratio": min(tpr[1], fpr[1]),
    "equalized_odds_difference_mean": (tpr[0] + fpr[0]) / 2, "equalized_odds_ratio_mean": (tpr[1] + fpr[1]) / 2,
    "equalized_odds_difference_to_overall": max(tpr[2], fpr[2]),
    "equal_opportunity_difference": tpr[0], "equal_opportunity_ratio": tpr[1],
    "predictive_parity_difference": spread("precision")[0], "accuracy_difference": spread("accuracy")[0],
    "false_positive_rate_difference": fpr[0], "false_negative_rate_difference": tpr[0]}}

out["poisson"] = [{"mean": mean, "cdf": [st.poisson.cdf(k, mean) for k in ks], "at": ks} for mean, ks in ((0.7, [0, 1, 2, 4]), (9.5, [4, 8, 10, 14]), (250.0, [225, 240, 250, 270]))]

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(out, separators=(",", ":"), default=float) + "\n")
