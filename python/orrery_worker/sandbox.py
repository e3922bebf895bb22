"""Takes from this process what a model does not need, before anything of the model is touched. Nothing of it can be had back."""

import ctypes
import os
import resource
import sys
import sysconfig

import landlock
import seccomp

_libc = ctypes.CDLL(None, use_errno=True)
_NEW_NETWORK = 0x40000000
_SET_NO_NEW_PRIVILEGES, _SET_DUMPABLE = 38, 4


def enter(model, temp, memory_mb):
    """Limits, then no network, no privileges, few files, few system calls. Returns what holds, for the server's log."""
    _limit(memory_mb)
    holds = []
    if os.geteuid() == 0:
        if _libc.unshare(_NEW_NETWORK) == 0:
            holds.append("network namespace")
        _become_nobody(temp)
        holds.append("user nobody")
    if _libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    _libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    if landlock.enter(_readable(model), [temp]):
        holds.append("landlock")
    if seccomp.enter():
        holds.append("seccomp")
    return holds


def _limit(memory_mb):
    for what, most in (
            (resource.RLIMIT_DATA, memory_mb << 20), (resource.RLIMIT_FSIZE, 256 << 20), (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, 256), (resource.RLIMIT_MEMLOCK, 0), (resource.RLIMIT_MSGQUEUE, 0)):
        _, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(what, (most, most))


def _become_nobody(temp):
    nobody = 65534
    os.chown(temp, nobody, nobody)
    os.setgroups([])
    os.setresgid(nobody, nobody, nobody)
    os.setresuid(nobody, nobody, nobody)
    if os.geteuid() == 0 or os.getegid() == 0:
        raise OSError("The process is still privileged.")


def _readable(model):
    paths = [model, os.path.dirname(os.path.abspath(__file__)), "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/etc/python3",
             "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
             "/sys/fs/cgroup", sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *sys.path]
    return [path for path in dict.fromkeys(paths) if path and path != "/" and os.path.exists(path)]
