"""Reads pickles: first as data, to see what they would import; then for real, and each import is checked again."""

import pickle
import pickletools
import types

import allowed

_TEXTS = {"STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}
_PUTS = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}
_OUTSIDE = {"PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4"}


class Refused(Exception):
    """A model that is not loaded, and why."""


def imports(stream):
    """Names that a pickle would import, as (module, name), without running any of it."""
    found, memo, texts = set(), {}, []
    for operation, argument, _ in pickletools.genops(stream):
        kind = operation.name
        if kind in _TEXTS:
            texts.append(argument)
        elif kind in _GETS:
            texts.append(memo.get(argument))
        elif kind in _PUTS:
            memo[len(memo) if kind == "MEMOIZE" else argument] = texts[-1] if texts else None
        elif kind in ("GLOBAL", "INST"):
            found.add(tuple(argument.split(" ", 1)))
            texts.clear()
        elif kind == "STACK_GLOBAL":
            if len(texts) < 2 or texts[-1] is None or texts[-2] is None:
                raise Refused("The pickle hides what it imports.")
            found.add((texts[-2], texts[-1]))
            texts.clear()
        elif kind in _OUTSIDE:
            raise Refused(f"The pickle refers to things outside of itself ({kind}).")
        elif kind not in ("FRAME", "PROTO"):
            texts.clear()
    return found


class _Unpickler(pickle._Unpickler):
    """The one that is written in Python: what is called can be looked at before."""

    dispatch = dict(pickle._Unpickler.dispatch)

    def __init__(self, stream, code, more):
        super().__init__(stream)
        self._code, self._more = code, more
        # Of what was imported and is no class, whether it may be called; kept alive, so that no other has its id.
        self._imported = {}

    def find_class(self, module, name):
        if not allowed.is_allowed(module, name, self._code, self._more):
            raise Refused(_why([(module, name)], self._code))
        found = super().find_class(module, name)
        if isinstance(found, types.ModuleType):
            raise Refused(f"The pickle takes the module {module}.{name} for a value.")
        # A library's module also has what it has imported itself; functions must be its own.
        home = getattr(found, "__module__", None)
        if isinstance(found, (types.FunctionType, types.BuiltinFunctionType)) and home and home != module \
                and not allowed.is_allowed(home, found.__name__, self._code, self._more):
            raise Refused(_why([(home, found.__name__)], self._code))
        if not isinstance(found, type):
            self._imported[id(found)] = (found, f"{module}.{name}", allowed.may_call(module, name, self._more))
        return found

    def _instantiate(self, klass, args):
        self._check(klass)
        super()._instantiate(klass, args)

    def load_reduce(self):
        self._check(self.stack[-2])
        super().load_reduce()

    dispatch[pickle.REDUCE[0]] = load_reduce

    def _check(self, function):
        if isinstance(function, type):
            return
        # Code of the model's own may be called; it was made by a call, and not imported.
        _, name, may = self._imported.get(id(function), (None, "what a call gave", self._code))
        if not may:
            raise Refused(f"The pickle calls {name}, which models do not need; it was not loaded.")


def load(path, code, more):
    """The object of a pickle file.

    Raises Refused when it would import what no model needs, or something that is not installed.
    """
    try:
        with open(path, "rb") as stream:
            names = imports(stream)
    except Refused:
        raise
    except Exception as broken:
        raise Refused(f"{_name(path)} is no pickle: {broken}") from broken
    bad = sorted((module, name) for module, name in names if not allowed.is_allowed(module, name, code, more))
    if bad:
        raise Refused(_why(bad, code))
    try:
        with open(path, "rb") as stream:
            return _Unpickler(stream, code, more).load()
    except ModuleNotFoundError as missing:
        raise Refused(f"The model needs the Python package '{missing.name}', which is not installed here.") from missing
    except AttributeError as missing:
        raise Refused(f"The model does not fit the libraries that are installed here: {missing}") from missing


def _why(bad, code):
    listed = ", ".join(f"{module}.{name}" for module, name in bad[:5]) + (f" and {len(bad) - 5} more" if len(bad) > 5 else "")
    hint = "" if code else " A model with functions or classes of its own must be logged with cloudpickle, and the server must allow code of models."
    return f"The pickle imports {listed}, which models of this flavor do not need; it was not loaded.{hint}"


def _name(path):
    return path.rsplit("/", 1)[-1]
