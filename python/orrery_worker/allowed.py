"""Which names a pickle may import. What is in allowed.json makes data of models; what opens files, starts programs or runs text as code is not.

The scan of packages reads the same file.
"""

import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "allowed.json"), encoding="utf-8") as _file:
    _lists = json.load(_file)

_DATA = {module: frozenset(names) for module, names in _lists["data"].items()}
_LIBRARIES = tuple(_lists["libraries"])

# Parts of them that read, write, fetch, test or compile.
_NOT_OF_LIBRARIES = tuple(_lists["not_of_libraries"])
_NOT_NAMES = frozenset(_lists["not_names"])
_NOT_PREFIXES = tuple(_lists["not_prefixes"])
_NOT_PARTS = frozenset(_lists["not_parts"])

# What a pickle may call of them beside classes: it makes objects anew.
_RECONSTRUCTORS = frozenset(_lists["reconstructors"])
_RECONSTRUCTOR_PREFIXES = tuple(_lists["reconstructor_prefixes"])

# What code that was pickled with a model consists of; null is every name.
_CODE = {module: None if names is None else frozenset(names) for module, names in _lists["code"].items()}
_CODE_LIBRARIES = tuple(_lists["code_libraries"])


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
        return not _below(module, _NOT_OF_LIBRARIES) and name not in _NOT_NAMES and not name.startswith(_NOT_PREFIXES) \
            and _NOT_PARTS.isdisjoint(module.split("."))
    if not code:
        return False
    if module in _CODE:
        return _CODE[module] is None or name in _CODE[module]
    return _below(module, _CODE_LIBRARIES)


def may_call(module, name, more=()):
    """Whether a pickle may call what it imports by the name. Of libraries these are classes, which are told by their capital, and what makes objects anew."""
    if not _below(module, _LIBRARIES) or (more and _below(module, more)):
        return True
    return name.lstrip("_")[:1].isupper() or name in _RECONSTRUCTORS or name.startswith(_RECONSTRUCTOR_PREFIXES)
