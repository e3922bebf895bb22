"""Writes models as MLflow lays them out, made by the libraries that are installed, and beside each what it predicts: make_models.py <folder>."""

import json
import os
import pickle
import sys
import warnings
import zlib

import cloudpickle
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore")
OUT = sys.argv[1]
rng = np.random.default_rng(7)
X = rng.normal(size=(200, 4))
Y = (X[:, 0] + X[:, 1] * X[:, 2] > 0).astype(int)
ROWS = X[:5]


def yaml(value, indent=0):
    lines = []
    for key, inner in value.items():
        if isinstance(inner, dict):
            lines += [f"{' ' * indent}{key}:", *yaml(inner, indent + 2)]
        else:
            lines.append(f"{' ' * indent}{key}: " + ("'" + inner.replace("'", "''") + "'" if isinstance(inner, str) else json.dumps(inner)))
    return lines


def package(name, flavors, inputs=None, expected=None):
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    document = {"flavors": flavors, "mlflow_version": "2.17.2"}
    if inputs:
        document["signature"] = {"inputs": json.dumps(inputs)}
    with open(os.path.join(folder, "MLmodel"), "w") as file:
        file.write("\n".join(yaml(document)) + "\n")
    with open(os.path.join(OUT, name + ".json"), "w") as file:
        json.dump({"flavors": flavors, "inputs": inputs, **(expected or {})}, file)
    return folder


def sklearn(name, model, rows, inputs=None, dump=pickle, form="pickle", proba=True):
    instances = rows.values.tolist() if hasattr(rows, "values") else rows.tolist()
    expected = {"instances": instances, "predict": model.predict(rows).tolist()}
    if proba:
        expected["predict_proba"] = model.predict_proba(rows).tolist()
    function = {"loader_module": "mlflow.sklearn", "model_path": "model.pkl", "predict_fn": "predict"}
    flavors = {"python_function": function, "sklearn": {"pickled_model": "model.pkl", "serialization_format": form}}
    with open(os.path.join(package(name, flavors, inputs, expected), "model.pkl"), "wb") as file:
        dump.dump(model, file)


def function(name, model, settings=None, inputs=None):
    folder = package(name, {"python_function": {"loader_module": "mlflow.pyfunc.model", "python_model": "python_model.pkl", **(settings or {})}}, inputs)
    with open(os.path.join(folder, "python_model.pkl"), "wb") as file:
        cloudpickle.dump(model, file)


def raw(name, content, form="pickle"):
    folder = package(name, {"sklearn": {"pickled_model": "model.pkl", "serialization_format": form}})
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        file.write(content)


class Calls:
    def __init__(self, function, *arguments):
        self.reduced = (function, arguments)

    def __reduce__(self):
        return self.reduced


class Rows:
    """Answers the number of rows that came together; does as the first value says."""

    def predict(self, context, rows):
        import os
        import time
        first = float(rows[0][0])
        if any(float(row[0]) == -1 for row in rows):
            raise ValueError("a value is -1")
        if first == -2:
            os._exit(3)
        if first == -3:
            time.sleep(1000)
        if first == -4:
            return bytearray(1 << 40)
        if first > 0:
            time.sleep(first)
        return [len(rows)] * len(rows)


class Whole(Rows):
    """Answers once for all rows."""

    def predict(self, context, rows):
        import time
        time.sleep(float(rows[0][0]))
        return [float(sum(float(row[0]) for row in rows))]


class Prober:
    """Tries what a model must not."""

    def predict(self, context, rows):
        import os
        import socket

        def attempt(act):
            try:
                return str(act())
            except Exception as refused:
                return type(refused).__name__

        secret, model = rows[0]
        tries = {
            "environment": ",".join(sorted(os.environ)),
            "root": str(os.geteuid() == 0),
            "network": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)),
            "unix": attempt(lambda: socket.socket(socket.AF_UNIX)),
            "program": attempt(lambda: os.posix_spawn("/bin/true", ["true"], {})),
            "fork": attempt(os.fork),
            "secret": attempt(lambda: open(secret).read()),
            "passwords": attempt(lambda: open("/etc/passwd").read()),
            "model": attempt(lambda: open(os.path.join(context.artifacts["own"], "new"), "w")),
            "own": attempt(lambda: open("own.txt", "w").write("1")),
            "kill": attempt(lambda: os.kill(os.getppid(), 0)),
        }
        return np.array([[name, what] for name, what in tries.items()], dtype=object)


def frame():
    count = 120
    table = pd.DataFrame({
        "city": rng.choice(["Bern", "Genf", "Zürich"], count), "age": rng.integers(18, 90, count), "income": rng.normal(50, 20, count),
        "member": rng.choice([True, False], count)})
    label = np.where((table["age"] > 50) ^ (table["city"] == "Bern"), "stays", "leaves")
    model = make_pipeline(
        ColumnTransformer([("city", OneHotEncoder(handle_unknown="ignore"), ["city"]), ("rest", StandardScaler(), ["age", "income"])], remainder="passthrough"),
        LogisticRegression())
    return model.fit(table, label), table[:6]


columns = [{"name": name, "type": "double"} for name in "abcd"]
sklearn("lr", LogisticRegression().fit(X, Y), ROWS)
sklearn("lr-named", LogisticRegression().fit(pd.DataFrame(X, columns=list("abcd")), Y), ROWS, columns, cloudpickle, "cloudpickle")
sklearn("regression", LinearRegression().fit(X, X[:, 0] * 3), ROWS, proba=False)
sklearn("forest", RandomForestClassifier(20, max_depth=4, random_state=0).fit(X, Y), ROWS)
churn, customers = frame()
sklearn("pipeline", churn, customers, [
    {"name": "city", "type": "string"}, {"name": "age", "type": "long"}, {"name": "income", "type": "double"}, {"name": "member", "type": "boolean"}],
    cloudpickle, "cloudpickle")

import xgboost  # noqa: E402  (it takes a while)

boosted = xgboost.XGBClassifier(n_estimators=10, max_depth=3).fit(X, Y)
flavor = {"data": "model.json", "model_class": "xgboost.sklearn.XGBClassifier", "model_format": "json", "xgb_version": xgboost.__version__}
expected = {"instances": ROWS.tolist(), "predict": boosted.predict(ROWS).tolist(), "predict_proba": boosted.predict_proba(ROWS).tolist()}
boosted.save_model(os.path.join(package("xgb", {"xgboost": flavor}, None, expected), "model.json"))
booster = boosted.get_booster()
expected = {"instances": ROWS.tolist(), "predict": booster.predict(xgboost.DMatrix(ROWS)).tolist()}
booster.save_model(os.path.join(package("booster", {"python_function": {"loader_module": "mlflow.xgboost", "data": "model.ubj"}}, None, expected), "model.ubj"))

function("rows", Rows())
function("whole", Whole())
own = {"artifacts": {"own": {"path": "artifacts", "uri": "runs:/1/artifacts"}}}
function("prober", Prober(), own, [{"type": "tensor", "tensor-spec": {"dtype": "object", "shape": [-1, 2]}}])
os.makedirs(os.path.join(OUT, "prober", "artifacts"))

code = package("code", {"python_function": {"loader_module": "my_loader", "code": "code", "data": "data"}})
os.makedirs(os.path.join(code, "code"))
os.makedirs(os.path.join(code, "data"))
with open(os.path.join(code, "code", "my_loader.py"), "w") as file:
    file.write("class Twice:\n    def predict(self, rows):\n        return rows * 2\n\n\ndef _load_pyfunc(path):\n    return Twice()\n")
broken = package("broken", {"python_function": {"loader_module": "broken_loader", "code": "code"}})
os.makedirs(os.path.join(broken, "code"))
with open(os.path.join(broken, "code", "broken_loader.py"), "w") as file:
    file.write("import os, sys\n\n\ndef _load_pyfunc(path):\n    print('the licence has run out', file=sys.stderr, flush=True)\n    os._exit(7)\n")

marker = os.path.join(OUT, "hostile", "marker")
os.makedirs(os.path.dirname(marker))
os.chmod(os.path.dirname(marker), 0o777)
with open(os.path.join(code, "code", "posix.py"), "w") as file:
    file.write("")
raw("evil-system", pickle.dumps(Calls(os.system, f"touch {marker}")))
raw("evil-old", pickle.dumps(Calls(os.system, f"touch {marker}"), protocol=0))
raw("evil-eval", pickle.dumps(Calls(eval, f"open({marker!r}, 'w')")), "cloudpickle")
# The module's name from the memo, the function reached through another library's module.
raw("evil-dotted", b"\x80\x04\x8c\x0csklearn.base\x94\x8c\x0cos.path.join\x94\x93(tR.")
raw("evil-hidden", b"\x80\x04]\x94\x8c\x02os\x94a0\x8c\x06system\x94h\x01h\x020h\x01h\x02\x93(\x8c\x04true\x94tR.")
raw("evil-network", b"\x80\x04\x8c\x16sklearn.datasets._base\x94\x8c\x0d_fetch_remote\x94\x93(tR.")
raw("missing", b"\x80\x04\x8c\x11catboost.core_abc\x94\x8c\x05Model\x94\x93(tR.")
raw("torn", pickle.dumps(churn)[:500])
# What unpacks to much, and what says that it is long: neither is made room for.
raw("bomb", zlib.compress(bytes(128 << 20), 9))
raw("claims", b"\x80\x05\x96" + (1 << 40).to_bytes(8, "little") + b".")
package("leads-out", {"sklearn": {"pickled_model": "../lr/model.pkl", "serialization_format": "pickle"}})
