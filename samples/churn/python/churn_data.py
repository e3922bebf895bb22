"""The churn table, encoded and split exactly as samples/churn/Churn.Training does it."""
import csv
import hashlib
import pathlib

import numpy as np

PATH = pathlib.Path(__file__).resolve().parent.parent / "data" / "telco_churn.csv"
SEED = 20

AMOUNTS = ["tenure", "monthly_charges", "total_charges"]
BINARY = ["female", "senior_citizen", "partner", "dependents", "phone_service", "paperless_billing"]
YES_NO = ["multiple_lines", "online_security", "online_backup", "device_protection", "tech_support", "streaming_tv",
          "streaming_movies"]
LEVELS = {
    "internet_service": ["DSL", "Fiber optic", "No"],
    "contract": ["Month-to-month", "One year", "Two year"],
    "payment_method": ["Bank transfer (automatic)", "Credit card (automatic)", "Electronic check", "Mailed check"],
}
FEATURES = AMOUNTS + BINARY + YES_NO + [f"{name}={level}" for name, levels in LEVELS.items() for level in levels]


def encode(row):
    """One customer as numbers in the order of FEATURES. Before the first bill total_charges is missing and counts as 0."""
    tenure, monthly = float(row["tenure"]), float(row["monthly_charges"])
    total = row["total_charges"]
    return (
        [tenure, monthly, tenure * monthly if total in ("", "NA") else float(total)]
        + [float(row[name]) for name in BINARY]
        + [float(row[name] == "Yes") for name in YES_NO]
        + [float(row[name] == level) for name, levels in LEVELS.items() for level in levels])


def splitmix64(seed):
    """Steele, Lea and Flood's generator, the same as in the C# half: so both draw the same split."""
    mask, state = (1 << 64) - 1, seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield z ^ (z >> 31)


def split(labels, seed):
    """Row numbers for training (60 %), validation (20 %) and test (20 %), each with the same share of leavers."""
    random, parts = splitmix64(seed), ([], [], [])
    for label in (0, 1):
        rows = [row for row, value in enumerate(labels) if value == label]
        for last in range(len(rows) - 1, 0, -1):
            other = next(random) % (last + 1)
            rows[last], rows[other] = rows[other], rows[last]
        first, second = len(rows) * 60 // 100, len(rows) * 80 // 100
        for part, chosen in zip(parts, (rows[:first], rows[first:second], rows[second:])):
            part.extend(chosen)
    return [sorted(part) for part in parts]


class ChurnData:
    """The table: x and y as arrays, the three parts, and the file's digest."""

    def __init__(self, path=PATH):
        content = pathlib.Path(path).read_bytes()
        rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
        self.path = pathlib.Path(path)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.x = np.array([encode(row) for row in rows], np.float32).astype(np.float64)
        self.y = np.array([int(row["churn"] == "Yes") for row in rows])
        train, valid, test = split(self.y, SEED)
        self.train = self.x[train], self.y[train]
        self.valid = self.x[valid], self.y[valid]
        self.test = self.x[test], self.y[test]
