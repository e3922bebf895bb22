"""Reads the churn table with the sample's Python half. Used by ChurnPythonTests."""
import json
import pathlib
import sys

import_from = pathlib.Path(__file__).resolve().parents[3] / "samples" / "churn" / "python"
sys.path.insert(0, str(import_from))
sys.dont_write_bytecode = True

from churn_data import FEATURES, ChurnData  # noqa: E402

json.load(sys.stdin)
data = ChurnData()
parts = {name: {"x": x.tolist(), "y": y.tolist()} for name, (x, y) in (("train", data.train), ("valid", data.valid))}
json.dump({"features": FEATURES, "sha256": data.sha256, **parts}, sys.stdout)
