"""Frames on the socket, little endian.

Header, 16 bytes: kind u8, methods u8, tensors u16, id u32, length u64 of what follows. A call or an answer is followed by its tensors, everything else by
UTF-8. A tensor: type u8, rank u8, length of the name u16, 0 u32, length of the data u64; the shape, i64 each; the name and the data, each padded with zeros
to a multiple of 8. Texts are a u32 length and UTF-8 each, one after another.
"""

import struct

HELLO, READY, REFUSED, CALL, ANSWER, WRONG, FAILED = 1, 2, 3, 4, 5, 6, 7

HEADER = struct.Struct("<BBHIQ")
TENSOR = struct.Struct("<BBHIQ")
LENGTH = struct.Struct("<I")
PADDING = (b"", b"\0" * 7, b"\0" * 6, b"\0" * 5, b"\0" * 4, b"\0" * 3, b"\0" * 2, b"\0")

# As ONNX numbers them; BYTES is 8, BF16 has no NumPy type.
CODES = {1: "<f4", 2: "u1", 3: "i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8", 12: "<u4", 13: "<u8"}
BYTES = 8


class Closed(Exception):
    """The server closed the socket."""


class Wire:
    """Reads and writes frames; one at a time."""

    def __init__(self, sock):
        self._sock = sock
        self._small = bytearray(1 << 16)

    def read(self):
        """The next frame: kind, methods, tensors, id, body (its own memory)."""
        small = memoryview(self._small)
        got = 0
        while got < 16:
            got += self._more(small[got:])
        kind, methods, tensors, number, length = HEADER.unpack_from(small)
        body = bytearray(length)
        view = memoryview(body)
        inside = min(got - 16, length)
        view[:inside] = small[16:16 + inside]
        while inside < length:
            inside += self._more(view[inside:])
        return kind, methods, tensors, number, body

    def write(self, kind, number, parts, tensors=0):
        """Writes a frame of these parts."""
        length = sum(len(part) for part in parts)
        self._sock.sendall(b"".join([HEADER.pack(kind, 0, tensors, number, length), *parts]))

    def _more(self, room):
        count = self._sock.recv_into(room)
        if count == 0:
            raise Closed()
        return count


def read_tensors(np, body, count):
    """Names and arrays, over the body's memory; texts as an array of str objects."""
    found, at = [], 0
    for _ in range(count):
        code, rank, named, _, length = TENSOR.unpack_from(body, at)
        at += 16
        shape = struct.unpack_from(f"<{rank}q", body, at)
        at += 8 * rank
        name = bytes(body[at:at + named]).decode()
        at += named + (-named & 7)
        if code == BYTES:
            array = _texts(np, body, at, length).reshape(shape)
        elif code in CODES:
            dtype = np.dtype(CODES[code])
            array = np.frombuffer(body, dtype, length // dtype.itemsize, at).reshape(shape)
        else:
            raise ValueError(f"Tensor '{name}' is of a type that NumPy does not have.")
        at += length + (-length & 7)
        found.append((name, array))
    return found


def _texts(np, body, at, length):
    texts, end = [], at + length
    while at < end:
        size, = LENGTH.unpack_from(body, at)
        texts.append(body[at + 4:at + 4 + size].decode())
        at += 4 + size
    array = np.empty(len(texts), dtype=object)
    array[:] = texts
    return array


def tensor_parts(np, name, value):
    """A tensor's bytes. Numbers, truth values and texts can be sent."""
    array = np.asarray(value)
    kind = array.dtype.kind
    if kind in "fiub":
        code = _code(np, array.dtype)
        if code is None:
            array, code = array.astype("<f8"), 11
        if not array.flags.c_contiguous:
            array = np.ascontiguousarray(array).reshape(array.shape)
        data = array.tobytes()
    else:
        code, data = BYTES, _text_bytes(np, name, array)
    utf8 = name.encode()
    return [
        TENSOR.pack(code, array.ndim, len(utf8), 0, len(data)), struct.pack(f"<{array.ndim}q", *array.shape),
        utf8, PADDING[len(utf8) % 8], data, PADDING[len(data) % 8]]


def _text_bytes(np, name, array):
    parts = []
    for value in array.reshape(-1).tolist():
        if value is None:
            value = ""
        elif not isinstance(value, (str, bytes)):
            if not isinstance(value, (int, float, bool, np.generic)) and not hasattr(value, "isoformat"):
                raise TypeError(f"Output '{name}' has a {type(value).__name__}; numbers, truth values and texts can be served.")
            value = str(value)
        utf8 = value.encode() if isinstance(value, str) else value
        parts += (LENGTH.pack(len(utf8)), utf8)
    return b"".join(parts)


def code_of(np, dtype):
    """The code that an array of this type is sent with."""
    return (_code(np, dtype) or 11) if dtype.kind in "fiub" else BYTES


_codes = {}


def _code(np, dtype):
    if not _codes:
        _codes.update({np.dtype(text): code for code, text in CODES.items()})
    return _codes.get(dtype)
