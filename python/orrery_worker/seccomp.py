"""A seccomp filter: no sockets, no other programs, no other processes, nothing that looks into them. See seccomp(2) and linux/filter.h."""

import ctypes
import platform
import struct

_libc = ctypes.CDLL(None, use_errno=True)
_SET_SECCOMP, _MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_PERMISSION, _UNKNOWN = 1, 38
_CLONE_THREAD = 0x00010000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16

# By machine: its architecture, clone, clone3, and what is refused. Without socket() there is nothing to send on.
_MACHINES = {
    "x86_64": (0xC000003E, 56, 435, {
        "socket": 41, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "kill": 62, "tkill": 200, "rt_sigqueueinfo": 129,
        "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424, "mount": 165,
        "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
        "keyctl": 250, "add_key": 248, "request_key": 249, "io_uring_setup": 425, "init_module": 175, "finit_module": 313, "kexec_load": 246,
        "open_by_handle_at": 304, "shmget": 29, "shmat": 30, "msgget": 68, "semget": 64, "setpriority": 141}),
    "aarch64": (0xC00000B7, 220, 435, {
        "socket": 198, "socketpair": 199, "execve": 221, "execveat": 281, "kill": 129, "tkill": 130, "rt_sigqueueinfo": 138, "ptrace": 117,
        "process_vm_readv": 270, "process_vm_writev": 271, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424, "mount": 40, "umount2": 39,
        "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "keyctl": 219,
        "add_key": 217, "request_key": 218, "io_uring_setup": 425, "init_module": 105, "finit_module": 273, "kexec_load": 104,
        "open_by_handle_at": 265, "shmget": 194, "shmat": 196, "msgget": 186, "semget": 190, "setpriority": 140}),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def enter():
    """Refused calls answer EPERM. False on a machine whose calls are not known here, or a kernel without filters."""
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return False
    steps = _steps(*machine)
    code = ctypes.create_string_buffer(b"".join(steps))
    program = _Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    return _libc.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0


def _steps(architecture, clone, clone3, refused):
    def step(code, value, when=0, otherwise=0):
        return struct.pack("<HBBI", code, when, otherwise, value)

    steps = [
        step(_LOAD, _ARCHITECTURE), step(_JUMP_EQUAL, architecture, when=1), step(_RETURN, _KILL),
        step(_LOAD, _NUMBER),
        # The other numbering of the same calls (x32).
        step(_JUMP_AT_LEAST, 0x40000000, otherwise=1), step(_RETURN, _ERRNO | _PERMISSION),
        # Its flags lie where a filter cannot look; the C library then uses clone.
        step(_JUMP_EQUAL, clone3, otherwise=1), step(_RETURN, _ERRNO | _UNKNOWN),
        step(_JUMP_EQUAL, clone, otherwise=4), step(_LOAD, _FIRST_ARGUMENT), step(_JUMP_SET, _CLONE_THREAD, when=1),
        step(_RETURN, _ERRNO | _PERMISSION), step(_RETURN, _ALLOW),
    ]
    for number in refused.values():
        steps += [step(_JUMP_EQUAL, number, otherwise=1), step(_RETURN, _ERRNO | _PERMISSION)]
    steps.append(step(_RETURN, _ALLOW))
    return steps
