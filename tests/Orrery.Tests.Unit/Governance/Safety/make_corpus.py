"""Writes files that would make a canary file if anything of them were run, and some that are harmless. Arguments: the folder, and the canary's path."""

import bz2
import gzip
import io
import lzma
import os
import pickle
import struct
import sys
import tarfile
import zipfile
import zlib

OUT, CANARY = sys.argv[1], sys.argv[2]
COMMAND = f"touch {CANARY}"


class Calls:
    """A pickle that calls."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def put(folder, name, content):
    os.makedirs(os.path.join(OUT, folder), exist_ok=True)
    with open(os.path.join(OUT, folder, name), "wb") as file:
        file.write(content)


def bad(name, content):
    put("bad", name, content)


def short(text):
    raw = text.encode()
    return b"\x8c" + bytes([len(raw)]) + raw


EVIL = pickle.dumps(Calls(os.system, COMMAND))
LINE = COMMAND.encode()
for protocol in range(6):
    bad(f"reduce-{protocol}.pkl", pickle.dumps(Calls(os.system, COMMAND), protocol=protocol))
bad("global.pkl", b"cos\nsystem\n(S'" + LINE + b"'\ntR.")
bad("inst.pkl", b"(S'" + LINE + b"'\nios\nsystem\n.")
bad("obj.pkl", b"(cos\nsystem\nS'" + LINE + b"'\no.")
bad("newobj.pkl", b"\x80\x02csubprocess\nPopen\n(S'" + LINE + b"'\nt\x81.")
bad("newobj-ex.pkl", b"\x80\x04" + short("subprocess") + short("Popen") + b"\x93(" + short(COMMAND) + b"t}\x92.")
bad("stack-global.pkl", b"\x80\x04" + short("posix") + short("system") + b"\x93" + short(COMMAND) + b"\x85R.")
bad("memo.pkl", b"\x80\x04" + short("os") + b"\x940" + short("system") + b"\x940h\x00h\x01\x93" + short(COMMAND) + b"\x85R.")
bad("escaped.pkl", b"S'\\x6f\\x73'\nS'sys\\164em'\n\x93(S'" + LINE + b"'\ntR.")
bad("unicode.pkl", b"V\\u006fs\nVsystem\n\x93(V" + LINE + b"\ntR.")
bad("computed.pkl", b"\x80\x04cbuiltins\nstr\n" + short("os") + b"\x85R" + short("system") + b"\x93" + short(COMMAND) + b"\x85R.")
bad("called-call.pkl", b"\x80\x04cfunctools\npartial\ncbuiltins\nprint\n\x85R)R.")
bad("eval.pkl", pickle.dumps(Calls(eval, f"open({CANARY!r}, 'w')")))
bad("dotted.pkl", b"\x80\x04" + short("sklearn.base") + short("os.system") + b"\x93" + short(COMMAND) + b"\x85R.")
TESTS = os.path.join(OUT, "evil_test.py")
with open(TESTS, "w", encoding="utf-8") as evil_tests:
    evil_tests.write(f"open({CANARY!r}, 'w')\n")
for library in ("numpy", "scipy", "numpy.linalg"):
    bad(f"{library}-test.pkl", f"c{library}\ntest\n(S'fast'\nI1\n(lS'{TESTS}'\natR.".encode())
bad("referred-test.pkl", b"cnumpy\ntest\n.")
bad("tester.pkl", f"cnumpy._pytesttester\nPytestTester\n(S'numpy'\ntR(S'fast'\nI1\n(lS'{TESTS}'\natR.".encode())
bad("test-module.pkl", b"cpandas.tests.test_common\ncom\n.")
for reader in ("read_csv", "read_html", "read_sql"):
    bad(f"{reader}.pkl", f"cpandas\n{reader}\n(S'/etc/passwd'\ntR.".encode())
bad("applied.pkl", b"cpandas.core.common\npipe\n(I1\ncbuiltins\nbytearray\ntR.")
bad("instantiated.pkl", b"(I1\nipandas.core.common\nany_none\n.")
bad("module.pkl", b"\x80\x04" + short("sklearn.base") + short("os") + b"\x93.")
bad("build.pkl", b"cpickle\nUnpickler\n)\x81}S'persistent_load'\ncos\nsystem\nsb.")
bad("persistent.pkl", b"Psomething\n.")
bad("binary-persistent.pkl", b"\x80\x02K\x01Q.")
bad("extension.pkl", b"\x80\x02\x82\x01)R.")
bad("nested.pkl", pickle.dumps({"weights": EVIL}))
bad("nested-twice.pkl", pickle.dumps([pickle.dumps((EVIL, 1))]))
bad("second.pkl", pickle.dumps([1, 2, 3]) + EVIL)
bad("truncated.pkl", EVIL[:-1])
bad("garbage-after.pkl", EVIL + os.urandom(64))
bad("no-pickle.pkl", b"this is no pickle at all")
bad("claims.pkl", b"\x80\x05\x96" + struct.pack("<Q", 1 << 60) + b".")
bad("unnamed", EVIL)
bad("weights.bin", EVIL)
bad("notes.txt", b"cos\nsystem\n(S'" + LINE + b"'\ntR.")

for name, packed in (("zlib", zlib.compress(EVIL)), ("gzip", gzip.compress(EVIL)), ("bz2", bz2.compress(EVIL)), ("xz", lzma.compress(EVIL)), ("gz-gz", gzip.compress(gzip.compress(EVIL)))):
    bad(f"{name}.joblib", packed)


def zipped(entries, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


bad("torch.pt", zipped([("archive/data.pkl", EVIL), ("archive/version", b"3\n")]))
bad("zip-in-zip.zip", zipped([("inner.zip", zipped([("model.pkl", EVIL)]))]))
bad("hidden-behind.txt", b"a harmless text\n" + zipped([("model.pkl", EVIL)]))
bad("traversal.zip", zipped([("../../etc/cron.d/job", b"* * * * * root true\n")]))
bad("absolute.zip", zipped([("/etc/passwd", b"x")]))
link = zipfile.ZipInfo("link")
link.external_attr = 0o120777 << 16
bad("symlink.zip", zipped([(link, b"/etc/passwd")]))
bad("bomb.zip", zipped([("zeros", bytes(80 << 20))]))
bad("bomb.pkl", zlib.compress(bytes(80 << 20), 9))
broken = bytearray(zipped([("a", b"b")]))
broken[0:4] = b"PK\3\4"
bad("torn.zip", bytes(broken[:-10]))


def tarred(entry, content=b""):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


symbolic = tarfile.TarInfo("link")
symbolic.type, symbolic.linkname = tarfile.SYMTYPE, "/etc/passwd"
bad("symlink.tar", tarred(symbolic))
bad("traversal.tar", tarred(tarfile.TarInfo("../out"), b"x"))
bad("pickle.tar.gz", gzip.compress(tarred(tarfile.TarInfo("model.pkl"), EVIL)))
bad("program", b"\x7fELF" + bytes(60))
bad("library.so.1", b"anything")

try:
    import numpy as np

    objects = io.BytesIO()
    np.save(objects, np.array([Calls(os.system, COMMAND)], dtype=object), allow_pickle=True)
    bad("objects.npy", objects.getvalue())
    archive = io.BytesIO()
    np.savez(archive, harmless=np.arange(3), objects=np.array([Calls(os.system, COMMAND)], dtype=object))
    bad("objects.npz", archive.getvalue())
    numbers = io.BytesIO()
    np.savez(numbers, a=np.arange(5), b=np.ones((2, 2)))
    put("good", "numbers.npz", numbers.getvalue())
    import joblib

    table = np.zeros(3, dtype=[("left", "<i8"), ("value", "<f8")])
    model = {"weights": np.arange(1000.0), "nodes": table, "name": "harmless", "labels": np.array(["a", "b"], dtype=object), "after": [1, 2]}
    for name, compress in (("plain", 0), ("packed", 3), ("gz", ("gzip", 3))):
        joblib.dump(model, os.path.join(OUT, "good", f"{name}.joblib"), compress=compress)
    os.makedirs(os.path.join(OUT, "bad"), exist_ok=True)
    joblib.dump({"weights": np.arange(1000.0), "evil": Calls(os.system, COMMAND)}, os.path.join(OUT, "bad", "after-array.joblib"))
    joblib.dump(np.array([Calls(os.system, COMMAND)], dtype=object), os.path.join(OUT, "bad", "object-array.joblib"))
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    inputs, labels = np.random.default_rng(1).normal(size=(60, 3)), np.arange(60) % 2
    forest = RandomForestClassifier(5, random_state=1).fit(inputs, labels)
    joblib.dump(forest, os.path.join(OUT, "good", "forest.joblib"))
    for protocol in range(2, 6):
        put("good", f"forest-{protocol}.pkl", pickle.dumps(forest, protocol=protocol))
    put("good", "regression.pkl", pickle.dumps(LogisticRegression().fit(inputs, labels)))
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.neighbors import KDTree
    from sklearn.preprocessing import FunctionTransformer

    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": pd.Categorical(["u", "v"]), "d": pd.date_range("2020", periods=2), "e": pd.to_timedelta([1, 2])})
    for protocol in (2, 5):
        put("good", f"table-{protocol}.pkl", pickle.dumps([frame, frame["d"].iloc[0], np.float64(1), np.ma.array([1]), np.random.default_rng(1), KDTree(inputs)], protocol=protocol))
    put("good", "steps.pkl", pickle.dumps([FunctionTransformer(np.log1p), FunctionTransformer(np.mean), HistGradientBoostingClassifier(max_iter=2).fit(inputs, labels)]))
    import cloudpickle

    offset = 3

    class Adds:
        def predict(self, rows):
            return [row + offset for row in rows]

    put("good", "adds.pkl", cloudpickle.dumps(Adds()))
    put("good", "function.pkl", cloudpickle.dumps(lambda rows: sum(rows) + offset))
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)
put("good", "plain.pkl", pickle.dumps({"a": [1, 2.5, "text", b"bytes", None, True], "b": {1, 2}, "big": 1 << 70}))
put("good", "two.pkl", pickle.dumps(1) + pickle.dumps([2]))
put("good", "values.csv", b"city,count\nBern,3\n")
put("good", "data.json", b'{"columns": ["a"], "model": {"name": "xgboost"}}')
put("good", "files.zip", zipped([("a.txt", b"text"), ("folder/b.csv", b"1,2\n")]))
