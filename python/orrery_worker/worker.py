"""The worker's life: sandbox, model, calls."""

import json
import os
import resource
import socket
import sys
import threading
import time
import traceback
import warnings

# Read while they still can be.
import allowed  # noqa: F401
import flavors
import frames
import inputs
import pickles
import sandbox


def main(path):
    """Connects to the server and answers it until it closes the socket."""
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    os.dup2(2, 1)
    wire = frames.Wire(sock)
    _, _, _, _, body = wire.read()
    setup = json.loads(body)
    try:
        answer, serve = _prepare(setup)
    except pickles.Refused as why:
        wire.write(frames.REFUSED, 0, [str(why).encode()])
        return
    except MemoryError:
        wire.write(frames.REFUSED, 0, [f"The model needs more than the {setup['memory_mb']} MiB that a worker may have.".encode()])
        return
    except Exception as failed:
        traceback.print_exc()
        wire.write(frames.REFUSED, 0, [f"The model cannot be loaded: {type(failed).__name__}: {failed}".encode()])
        return
    wire.write(frames.READY, 0, [json.dumps(answer).encode()])
    try:
        _serve(wire, serve)
    except (frames.Closed, ConnectionError):
        os._exit(0)


def _prepare(setup):
    holds = sandbox.enter(setup["model"], setup["temp"], setup["memory_mb"])
    os.chdir(setup["temp"])
    threading.Thread(target=_watch_server, args=(os.getppid(),), daemon=True).start()
    warnings.simplefilter("ignore")
    try:
        import numpy
    except ModuleNotFoundError as missing:
        raise pickles.Refused("Python models need the Python package 'numpy', which is not installed here.") from missing
    loaded = flavors.load(setup)
    takes = inputs.Inputs(numpy, loaded, setup["columns"])
    outputs = _trial(numpy, loaded, takes, setup["columns"]) if setup["flavor"] != "python_function" else []
    answer = {
        "python": sys.version.split()[0], "libraries": loaded.libraries, "sandbox": holds, "methods": list(loaded.methods), "default": loaded.default,
        "features": takes.count, "names": takes.names, "outputs": outputs, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10}
    return answer, (numpy, loaded, takes)


_ZEROS = {"boolean": "?", "integer": "<i4", "long": "<i8", "float": "<f4", "double": "<f8"}


def _trial(np, loaded, takes, columns):
    """Types and shapes of the outputs, from one row of zeros; of those that refuse it, nothing is known yet."""
    count = len(columns) or takes.count
    if count == 0:
        return []
    if len({column["type"] for column in columns} - set(_ZEROS)) == 0:
        tensors = [("input", np.zeros((1, count)))]
    else:
        tensors = [(c["name"], np.zeros(1, _ZEROS[c["type"]]) if c["type"] in _ZEROS else np.array([""], dtype=object)) for c in columns]
    found = []
    for name, method in loaded.methods.items():
        try:
            array = np.asarray(method(takes.of(tensors)))
        except Exception:
            continue
        found.append({"name": name, "type": frames.code_of(np, array.dtype), "shape": [-1, *array.shape[1:]]})
    return found


def _serve(wire, serve):
    np, loaded, takes = serve
    default = 1 << flavors.METHODS.index(loaded.default)
    while True:
        _, methods, count, number, body = wire.read()
        try:
            rows = takes.of(frames.read_tensors(np, body, count))
            parts, tensors = _outputs(np, loaded, rows, methods or default)
            wire.write(frames.ANSWER, number, parts, tensors)
        except (frames.Closed, ConnectionError):
            raise
        except ValueError as wrong:
            wire.write(frames.WRONG, number, [_message(wrong)])
        except Exception as failed:
            traceback.print_exc()
            wire.write(frames.FAILED, number, [_message(failed)])


def _outputs(np, loaded, rows, methods):
    parts, tensors = [], 0
    for place, name in enumerate(flavors.METHODS):
        if methods >> place & 1:
            for output, value in _named(name, loaded.methods[name](rows)):
                parts += frames.tensor_parts(np, output, value)
                tensors += 1
    return parts, tensors


def _named(method, value):
    """A DataFrame or a dict of arrays is an output a column."""
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return [(str(column), value[column].to_numpy()) for column in value.columns]
    if isinstance(value, dict):
        return [(str(name), one) for name, one in value.items()]
    return [(method, value.toarray() if hasattr(value, "toarray") else value)]


def _message(error):
    text = f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else str(error)
    return text[:2000].encode()


def _watch_server(server):
    """A worker in the midst of a call does not see that the socket is closed."""
    while os.getppid() == server:
        time.sleep(2)
    os._exit(0)
