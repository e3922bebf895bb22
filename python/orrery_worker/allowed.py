"""Which names a pickle may import. What is here makes data of models; what opens files, starts programs or runs text as code is not."""

_DATA = {
    "builtins": {"set", "frozenset", "list", "dict", "tuple", "bytearray", "bytes", "int", "float", "complex", "bool", "str", "slice", "range", "object"},
    "collections": {"OrderedDict", "defaultdict", "deque", "Counter"},
    "copyreg": {"_reconstructor", "__newobj__", "__newobj_ex__"},
    "_codecs": {"encode"},
    "functools": {"partial"},
    "operator": {"itemgetter"},
    "_operator": {"itemgetter"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "uuid": {"UUID"},
    "re": {"_compile"},
    "array": {"array", "_array_reconstructor"},
    "types": {"SimpleNamespace"},
    "random": {"Random"},
    "pathlib": {"PurePath", "PurePosixPath", "PosixPath", "Path"},
}
_DATA["__builtin__"] = _DATA["builtins"] | {"unicode", "long"}
_DATA["copy_reg"] = _DATA["copyreg"]

_LIBRARIES = ("sklearn", "numpy", "scipy", "pandas", "xgboost", "lightgbm", "catboost", "imblearn", "category_encoders")

# Parts of them that read, write, fetch, test or compile.
_NOT_OF_LIBRARIES = (
    "sklearn.datasets", "sklearn.externals", "sklearn.utils._testing", "sklearn.utils._mocking", "sklearn.utils._show_versions", "sklearn.conftest",
    "numpy.testing", "numpy.distutils", "numpy.f2py", "numpy.ctypeslib", "numpy.lib.npyio", "numpy.lib._npyio_impl", "numpy.lib._datasource", "numpy.lib.utils",
    "numpy.compat", "numpy.core.memmap", "numpy._core.memmap", "numpy.lib.format", "scipy.io", "scipy.weave", "scipy._lib", "scipy.datasets", "scipy.misc",
    "pandas.io", "pandas.core.computation", "pandas.util", "pandas.plotting", "pandas.testing", "pandas._testing", "pandas.compat", "xgboost.dask",
    "xgboost.spark", "xgboost.tracker", "xgboost.testing", "xgboost.libpath", "lightgbm.dask", "lightgbm.libpath", "catboost.utils", "imblearn.utils.testing")

_NOT_NAMES = {
    "load", "save", "savez", "savez_compressed", "loadtxt", "savetxt", "genfromtxt", "fromfile", "fromregex", "memmap", "DataSource", "source", "lookfor",
    "info", "vectorize", "frompyfunc", "apply_along_axis", "apply_over_axes", "fromfunction", "piecewise", "eval", "read_pickle", "to_pickle", "HDFStore",
    "ExcelFile", "ExcelWriter", "show_versions", "setup_module", "system", "popen", "exec", "open", "getattr"}

# What code that was pickled with a model consists of.
_CODE = {
    "builtins": _DATA["builtins"] | {
        "type", "getattr", "property", "classmethod", "staticmethod", "super", "len", "min", "max", "sum", "abs", "round", "sorted", "map", "filter", "zip",
        "enumerate", "reversed", "any", "all", "iter", "next", "repr", "isinstance", "issubclass", "hasattr", "callable", "divmod", "pow", "print",
        "Exception", "ValueError", "TypeError", "KeyError", "RuntimeError", "NotImplementedError"},
    "types": None, "functools": None, "operator": None, "_operator": None, "collections": None, "collections.abc": None, "abc": None, "enum": None,
    "typing": None, "dataclasses": None, "itertools": None, "math": None, "statistics": None, "string": None, "json": {"loads", "dumps"},
    "inspect": {"_empty", "Signature", "Parameter"}, "logging": {"getLogger", "Logger"}, "_thread": {"RLock", "allocate_lock"},
    "contextvars": {"ContextVar"}, "weakref": {"WeakKeyDictionary", "WeakValueDictionary", "WeakSet"}, "warnings": {"warn", "simplefilter"}}
_CODE_LIBRARIES = ("cloudpickle", "mlflow.pyfunc", "mlflow.models", "mlflow.types", "__main__", "__mp_main__")


def _below(module, parents):
    return any(module == parent or module.startswith(parent + ".") for parent in parents)


def is_allowed(module, name, code=False, more=()):
    """Whether a pickle may import the name. ``code``: the model may bring functions of its own; ``more``: further modules."""
    if "." in name:
        # Python would walk from the module to anything that it has imported; only classes in classes of the model's own are such.
        if not (code and _below(module, ("__main__", *more))):
            return False
    if more and _below(module, more):
        return True
    if module in _DATA and name in _DATA[module]:
        return True
    if _below(module, _LIBRARIES):
        return not _below(module, _NOT_OF_LIBRARIES) and name not in _NOT_NAMES
    if not code:
        return False
    if module in _CODE:
        return _CODE[module] is None or name in _CODE[module]
    return _below(module, _CODE_LIBRARIES)
