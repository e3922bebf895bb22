"""Writes golden.json beside itself: samples, and what scipy and numpy (Debian's python3) compute of them.

Run: /usr/bin/python3 golden.py
"""
import json
import math
import pathlib

import numpy as np
import scipy.stats as st
from scipy.special import gammaln

rng = np.random.default_rng(20261122)
out = {}

pairs = []
for a, b in ((rng.normal(0.80, 0.02, 8), rng.normal(0.82, 0.03, 6)), (np.round(rng.normal(0, 1, 25), 1), np.round(rng.normal(0.4, 1.5, 30), 1)),
             (rng.gamma(2, 1, 40), rng.gamma(3, 1, 35)), (np.array([0.91, 0.88]), np.array([0.85, 0.86, 0.87]))):
    n, m = len(a), len(b)
    t = st.ttest_ind(a, b, equal_var=False)
    va, vb = a.var(ddof=1) / n, b.var(ddof=1) / m
    df = (va + vb) ** 2 / (va ** 2 / (n - 1) + vb ** 2 / (m - 1))
    tied = len(np.unique(np.concatenate([a, b]))) < n + m
    method = "exact" if not tied and n * m <= 900 else "asymptotic"
    u = st.mannwhitneyu(a, b, method=method)
    sp = math.sqrt(((n - 1) * a.var(ddof=1) + (m - 1) * b.var(ddof=1)) / (n + m - 2))
    d = (a.mean() - b.mean()) / sp
    k = n + m - 2
    pairs.append({"a": a.tolist(), "b": b.tolist(), "t": t.statistic, "t_p": t.pvalue, "df": df,
                  "interval": [a.mean() - b.mean() + s * st.t.ppf(0.975, df) * math.sqrt(va + vb) for s in (-1, 1)],
                  "method": method, "u": u.statistic, "u_p": u.pvalue, "d": d,
                  "g": d * math.exp(gammaln(k / 2) - gammaln((k - 1) / 2)) / math.sqrt(k / 2),
                  "delta": float(np.sign(a[:, None] - b[None, :]).mean())})
out["pairs"] = pairs

several = []
for groups in ([rng.normal(0, 1, 6), rng.normal(0.5, 1, 8), rng.normal(1, 1, 5)], [np.round(rng.normal(i / 4, 1, 12), 1) for i in range(4)]):
    f, h = st.f_oneway(*groups), st.kruskal(*groups)
    several.append({"groups": [g.tolist() for g in groups], "f": f.statistic, "f_p": f.pvalue, "h": h.statistic, "h_p": h.pvalue})
out["several"] = several

# Nadeau and Bengio: ten folds, each tested on a tenth.
d = rng.normal(0.01, 0.02, 10)
share = 0.1
t = d.mean() / math.sqrt((1 / len(d) + share / (1 - share)) * d.var(ddof=1))
out["resampled"] = {"differences": d.tolist(), "share": share, "t": t, "p": 2 * st.t.sf(abs(t), len(d) - 1)}

boot = []
one = rng.gamma(1.5, 2, 15)
two = rng.normal(1, 1, 11)
for data, statistic in (((one,), lambda x, axis: x.mean(axis=axis)), ((one, two), lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis))):
    bca = st.bootstrap(data, statistic, n_resamples=199, method="BCa", random_state=7, vectorized=True, axis=-1)
    percentile = st.bootstrap(data, statistic, n_resamples=199, method="percentile", random_state=7, vectorized=True, axis=-1)
    assert np.array_equal(bca.bootstrap_distribution, percentile.bootstrap_distribution)
    boot.append({"data": [x.tolist() for x in data], "distribution": bca.bootstrap_distribution.tolist(),
                 "bca": list(bca.confidence_interval), "percentile": list(percentile.confidence_interval)})
out["bootstrap"] = boot

out["tails"] = {"chi2": [[x, k, st.chi2.sf(x, k)] for x, k in ((0.5, 1), (12, 3), (80, 5))],
                "f": [[x, a, b, st.f.sf(x, a, b)] for x, a, b in ((0.5, 2, 9), (4.2, 3, 20), (60, 4, 100))]}

pathlib.Path(__file__).with_name("golden.json").write_text(json.dumps(out, separators=(",", ":"), default=float) + "\n")
