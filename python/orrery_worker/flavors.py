"""Loads models as MLflow lays them out, with their libraries alone."""

import importlib
import os
import sys

import pickles
from pickles import Refused

# By name in requests; the place is their bit in a call.
METHODS = ("predict", "predict_proba", "decision_function", "transform")


class Loaded:
    """A model with its methods."""

    def __init__(self, model, methods, libraries, prefers_numbers=False, default="predict"):
        self.model, self.methods, self.libraries = model, methods, libraries
        self.prefers_numbers = prefers_numbers
        self.default = default if default in methods else next(iter(methods))


def load(setup):
    """By the flavor that the server chose."""
    flavor, settings = setup["flavor"], setup["settings"]
    if flavor == "sklearn":
        return _sklearn(setup, _inside(setup, settings.get("pickled_model") or "model.pkl"), settings.get("serialization_format", "cloudpickle"))
    if flavor == "xgboost":
        return _xgboost(setup, _inside(setup, settings.get("data") or "model.xgb"), settings.get("model_class"))
    return _python_function(setup, settings)


def _python_function(setup, settings):
    loader = settings.get("loader_module")
    if loader == "mlflow.sklearn":
        return _sklearn(setup, _inside(setup, settings.get("model_path") or settings.get("data") or "model.pkl"), "cloudpickle", settings.get("predict_fn"))
    if loader == "mlflow.xgboost":
        return _xgboost(setup, _inside(setup, settings.get("data") or "model.xgb"), None)
    _take_code(setup, settings)
    if loader == "mlflow.pyfunc.model":
        return _python_model(setup, settings)
    if not loader or loader.startswith("mlflow."):
        raise Refused(f"No runtime takes the loader '{loader}'.")
    if not setup["allow_code"]:
        raise Refused(f"The model brings code of its own ('{loader}'), which this server does not allow.")
    module = _module(loader)
    if not hasattr(module, "_load_pyfunc"):
        raise Refused(f"The loader '{loader}' has no function _load_pyfunc.")
    data = settings.get("data")
    model = module._load_pyfunc(_inside(setup, data) if data else setup["model"])
    return Loaded(model, {"predict": model.predict}, {})


def _python_model(setup, settings):
    model = pickles.load(_inside(setup, settings.get("python_model") or "python_model.pkl"), setup["allow_code"], setup["modules"])
    context = _Context({name: _inside(setup, one["path"]) for name, one in (settings.get("artifacts") or {}).items()}, settings.get("model_config") or {})
    if hasattr(model, "load_context"):
        model.load_context(context)
    if not hasattr(model, "predict"):
        raise Refused(f"The model is a {type(model).__name__}, which has no predict.")
    return Loaded(model, {"predict": lambda rows: model.predict(context, rows)}, {})


class _Context:
    """What MLflow hands to a PythonModel."""

    def __init__(self, artifacts, model_config):
        self.artifacts, self.model_config = artifacts, model_config


def _sklearn(setup, path, form, default=None):
    if form not in ("pickle", "cloudpickle"):
        raise Refused(f"The model's serialization_format is '{form}'; pickle and cloudpickle can be served.")
    sklearn = _module("sklearn")
    model = pickles.load(path, form == "cloudpickle" and setup["allow_code"], setup["modules"])
    methods = {name: getattr(model, name) for name in METHODS if _has(model, name) and not (name == "transform" and hasattr(model, "predict"))}
    if not methods:
        raise Refused(f"The model is a {type(model).__name__}, which neither predicts nor transforms.")
    return Loaded(model, methods, {"sklearn": sklearn.__version__}, _takes_numbers(model), default or "predict")


def _has(model, name):
    try:
        return callable(getattr(model, name, None))
    except Exception:
        # Some say only when asked that they cannot.
        return False


# Whose steps look at numbers only: what they were fitted on does not matter, and a DataFrame costs more than their work.
_NUMERIC = ("linear_model", "tree", "svm", "naive_bayes", "neighbors", "neural_network", "preprocessing", "decomposition", "impute", "feature_selection")
_NUMERIC_CLASSES = {
    "RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor", "GradientBoostingClassifier", "GradientBoostingRegressor",
    "IsolationForest"}


def _takes_numbers(model):
    kind = type(model)
    part = kind.__module__.split(".")
    if part[0] != "sklearn":
        return False
    if kind.__name__ == "Pipeline":
        return all(step == "passthrough" or _takes_numbers(step) for _, step in model.steps)
    return kind.__name__ in _NUMERIC_CLASSES or (len(part) > 1 and part[1] in _NUMERIC and kind.__name__ != "FunctionTransformer")


def _xgboost(setup, path, model_class):
    xgboost = _module("xgboost")
    if os.path.isdir(path):
        raise Refused(f"{os.path.basename(path)} is a folder; the model file is wanted.")
    versions = {"xgboost": xgboost.__version__}
    name = (model_class or "xgboost.core.Booster").rsplit(".", 1)
    try:
        if name[-1] == "Booster":
            return _booster(xgboost, path, versions)
        kind = getattr(xgboost, name[-1], None)
        if name[0].split(".")[0] != "xgboost" or not isinstance(kind, type):
            raise Refused(f"The model's class is '{model_class}'; those of xgboost can be served.")
        model = kind()
        model.load_model(path)
    except xgboost.core.XGBoostError as broken:
        raise Refused(f"XGBoost does not load {os.path.basename(path)}: {_first_line(broken)}") from broken
    methods = {method: getattr(model, method) for method in METHODS[:2] if hasattr(model, method)}
    return Loaded(model, methods, versions, model.get_booster().feature_names is None)


def _booster(xgboost, path, versions):
    model = xgboost.Booster(model_file=path)
    names = model.feature_names

    def predict(rows):
        return model.predict(xgboost.DMatrix(rows, feature_names=None if hasattr(rows, "columns") else names))

    return Loaded(model, {"predict": predict}, versions, names is None)


def _first_line(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _take_code(setup, settings):
    code = settings.get("code")
    if not code:
        return
    if not setup["allow_code"]:
        raise Refused("The model brings code of its own (code), which this server does not allow.")
    folder = _inside(setup, code)
    sys.path.insert(0, folder)
    # A file that is called as one of Python's own does not make that one harmless.
    own = {os.path.splitext(name)[0] for name in os.listdir(folder)} - set(sys.stdlib_module_names)
    setup["modules"] = [*setup["modules"], *sorted(own)]


def _inside(setup, path):
    """A path of the package; what leads out of it is refused."""
    root = os.path.realpath(setup["model"])
    full = os.path.realpath(os.path.join(root, path))
    if full != root and not full.startswith(root + os.sep):
        raise Refused(f"The path '{path}' leads out of the package.")
    if not os.path.exists(full):
        raise Refused(f"The package has no '{path}'.")
    return full


def _module(name):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        raise Refused(f"The model needs the Python package '{missing.name}', which is not installed here.") from missing
