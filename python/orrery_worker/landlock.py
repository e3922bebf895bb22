"""Limits which files may be opened, where the kernel has Landlock (5.13 or later): https://docs.kernel.org/userspace-api/landlock.html"""

import ctypes
import os
import stat
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_ALL_OF_FIRST, _REFER, _TRUNCATE = 0x1FFF, 1 << 13, 1 << 14
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE


def enter(readable, writable):
    """From now on only these can be read, and only those written. False when the kernel does not have it."""
    version = _libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return False
    handled = _ALL_OF_FIRST | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("<Q", handled)
    rules = _libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        for path in readable:
            _allow(rules, path, _READ_FILE | _READ_DIR | (_WRITE_FILE if path == "/dev/null" else 0), handled)
        for path in writable:
            _allow(rules, path, handled & ~_EXECUTE, handled)
        if _libc.syscall(_RESTRICT_SELF, rules, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock was refused")
    finally:
        os.close(rules)
    return True


def _allow(rules, path, access, handled):
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except PermissionError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            access &= _ON_FILES
        rule = struct.pack("<Qi", access & handled, opened)
        if _libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0) != 0:
            raise OSError(ctypes.get_errno(), f"Landlock refused {path}")
    finally:
        os.close(opened)
