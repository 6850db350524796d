# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of libhumming.so as ctypes sees them.

One table of signatures mirrors humming-c/Humming.h and humming-rt/humming_rt.h;
every status becomes a `HummingError` here, so the rest of the package is plain calls.
"""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Callable
from ctypes import (
    POINTER,
    Structure,
    byref,
    c_bool,
    c_char,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_int64,
    c_size_t,
    c_uint8,
    c_uint32,
    c_uint64,
    c_void_p,
)
from pathlib import Path
from typing import Any

STATUS = ("ok", "invalid argument", "compile failed", "sealed", "device failed")


class HummingError(Exception):
    """A call failed. `status` is one of `STATUS`; a compile error also has the pass
    (`failed_pass`), the op and the location ("file:line:column") at fault, or ""."""

    def __init__(
        self, status: str, message: str, failed_pass: str = "", op: str = "", location: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.failed_pass = failed_pass
        self.op = op
        self.location = location


class String(Structure):
    _fields_ = [("data", c_void_p), ("length", c_size_t)]

    def text(self) -> str:
        return ctypes.string_at(self.data, self.length).decode() if self.length else ""


class Error(Structure):
    _fields_ = [
        ("status", c_int),
        ("device", c_int),
        ("message", String),
        ("failed_pass", String),
        ("op", String),
        ("location", String),
    ]


class GemmDescription(Structure):
    _fields_ = [
        ("n", c_int64),
        ("k", c_int64),
        ("m", c_int64),
        ("group", c_int64),
        ("rows", c_int64),
        ("input_group", c_int64),
        ("code", String),
        ("activation", c_int),
        ("scale", c_int),
        ("output", c_int),
        ("input_scale_type", c_int),
        ("scale_place", c_int),
        ("zero", c_int),
        ("input_scale", c_int),
        ("global_scale", c_bool),
        ("perm", c_bool),
        ("bias", c_bool),
        ("f16_accumulators", c_bool),
        ("fixed_order", c_bool),
    ]


class Buffer(Structure):
    _fields_ = [
        ("role", c_int),
        ("bytes", c_uint64),
        ("bytes_per_token", c_uint64),
        ("packed_bytes", c_uint64),
    ]


class PlanEntry(Structure):
    _fields_ = [("symbol", String), ("pack", c_bool), ("tokens", c_int64)]


class Tensor(Structure):
    _fields_ = [
        ("buffer", c_uint32),
        ("element_bytes", c_uint32),
        ("cols", c_uint64),
        ("box_rows", c_uint32),
    ]


class Kernel(Structure):
    _fields_ = [
        ("name", String),
        ("threads", c_uint32),
        ("shared", c_uint32),
        ("tiles", c_uint32),
        ("block_n", c_uint32),
        ("block_m", c_uint32),
        ("split", c_uint32),
        ("blocks", c_uint32),
        ("units", c_uint32),
        ("tensors", POINTER(Tensor)),
        ("tensor_count", c_size_t),
    ]


class Stage(Structure):
    _fields_ = [("name", String), ("milliseconds", c_double)]


class DeviceInfo(Structure):
    _fields_ = [
        ("name", c_char * 128),
        ("image", c_int),
        ("sm", c_uint32),
        ("multiprocessors", c_uint32),
        ("max_shared_bytes", c_uint32),
        ("memory_bytes", c_uint64),
    ]


_HANDLE = c_void_p
_OUT_HANDLE = POINTER(c_void_p)
_OUT_SIZE = POINTER(c_size_t)

# Functions that return hummingStatus.
_HUMMING = {
    "hummingProblemCreate": (POINTER(GemmDescription), _OUT_HANDLE),
    "hummingQuantize": (POINTER(GemmDescription), c_void_p, c_void_p, c_void_p, c_void_p),
    "hummingProblemParse": (String, String, _OUT_HANDLE),
    "hummingProblemIr": (_HANDLE, POINTER(String)),
    "hummingProblemBufferCount": (_HANDLE, _OUT_SIZE),
    "hummingProblemBuffer": (_HANDLE, c_size_t, POINTER(Buffer)),
    "hummingPlanCreate": (_HANDLE, String, _OUT_HANDLE),
    "hummingPlanCount": (_HANDLE, _OUT_SIZE),
    "hummingPlanGet": (_HANDLE, c_size_t, POINTER(PlanEntry)),
    "hummingModuleCompile": (_HANDLE, String, c_int64, _OUT_HANDLE),
    "hummingModulePtx": (_HANDLE, POINTER(String)),
    "hummingModuleKernelCount": (_HANDLE, _OUT_SIZE),
    "hummingModuleKernel": (_HANDLE, c_size_t, POINTER(Kernel)),
    "hummingModuleStageCount": (_HANDLE, _OUT_SIZE),
    "hummingModuleStage": (_HANDLE, c_size_t, POINTER(Stage)),
    "hummingOpenEmulator": (_OUT_HANDLE,),
    "hummingJitCreate": (_HANDLE, String, _OUT_HANDLE),
    "hummingJitArch": (_HANDLE, POINTER(String)),
    "hummingJitUseTable": (_HANDLE, String),
    "hummingJitSeal": (_HANDLE,),
    "hummingJitCompiledCount": (_HANDLE, _OUT_SIZE),
    "hummingGemmCreate": (_HANDLE, _HANDLE, _OUT_HANDLE),
    "hummingGemmPrepare": (_HANDLE, c_int64),
    "hummingGemmPack": (_HANDLE, c_int, c_uint64, c_uint64, c_uint64, c_void_p),
    "hummingGemmLaunch": (_HANDLE, c_int64, POINTER(c_uint64), c_size_t, c_void_p, c_int),
}

# Functions that return hrtStatus.
_RUNTIME = {
    "hrtCountCuda": (POINTER(c_uint32),),
    "hrtOpenCuda": (c_uint32, _OUT_HANDLE),
    "hrtGetInfo": (_HANDLE, POINTER(DeviceInfo)),
    "hrtAlloc": (_HANDLE, c_uint64, POINTER(c_uint64)),
    "hrtFree": (_HANDLE, c_uint64),
    "hrtCopyIn": (_HANDLE, c_uint64, c_void_p, c_uint64),
    "hrtCopyOut": (_HANDLE, c_void_p, c_uint64, c_uint64),
    "hrtFill": (_HANDLE, c_uint64, c_uint8, c_uint64),
    "hrtSynchronize": (_HANDLE, c_void_p),
    "hrtCreateEvent": (_HANDLE, _OUT_HANDLE),
    "hrtDestroyEvent": (_HANDLE, c_void_p),
    "hrtRecordEvent": (_HANDLE, c_void_p, c_void_p),
    "hrtElapsed": (_HANDLE, c_void_p, c_void_p, POINTER(c_float)),
}

# Functions that return nothing.
_VOID = {
    "hummingLastError": (POINTER(Error),),
    "hummingProblemDestroy": (_HANDLE,),
    "hummingPlanDestroy": (_HANDLE,),
    "hummingModuleDestroy": (_HANDLE,),
    "hummingJitDestroy": (_HANDLE,),
    "hummingGemmDestroy": (_HANDLE,),
    "hrtClose": (_HANDLE,),
}


def string(text: str) -> String:
    """A parameter; keeps its bytes alive as long as itself."""
    data = text.encode()
    result = String(ctypes.cast(c_char_p(data), c_void_p), len(data))
    result.keep = data  # type: ignore[attr-defined]
    return result


class Library:
    """libhumming.so with its signatures declared: `library.hummingJitSeal(jit)`."""

    def __init__(self, path: Path) -> None:
        self._dll = ctypes.CDLL(str(path))
        self._dll.hrtLastError.restype = c_char_p
        self._dll.hummingVersion.restype = String
        for table, result, check in (
            (_HUMMING, c_int, self._check_humming),
            (_RUNTIME, c_int, self._check_runtime),
            (_VOID, None, None),
        ):
            for name, parameters in table.items():
                function = getattr(self._dll, name)
                function.argtypes = parameters
                function.restype = result
                if check is not None:
                    function.errcheck = check
                setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (a ctypes function)
        raise AttributeError(name)

    def version(self) -> str:
        return self._dll.hummingVersion().text()

    def _check_humming(self, status: int, function: object, arguments: object) -> None:
        if not status:
            return
        error = Error()
        self._dll.hummingLastError(byref(error))
        raise HummingError(
            STATUS[status],
            error.message.text(),
            error.failed_pass.text(),
            error.op.text(),
            error.location.text(),
        )

    def _check_runtime(self, status: int, function: object, arguments: object) -> None:
        if status:
            text = self._dll.hrtLastError().decode(errors="replace")
            raise HummingError("device failed", text)


_library: Library | None = None


def use_library(path: str | Path) -> None:
    """Loads libhumming.so from `path`; call it before anything else of this package."""
    global _library
    if _library is not None:
        raise HummingError("invalid argument", "the library is already loaded")
    _library = Library(Path(path))


def library() -> Library:
    """The library: of use_library, or in the lib folder of the installation or build that this
    package lies in."""
    if _library is None:
        here = Path(__file__).resolve().parent
        places = [here.parents[1] / "lib", here.parents[1] / "build" / "lib"]
        for place in places:
            if (place / "libhumming.so").exists():
                use_library(place / "libhumming.so")
                break
        else:
            tried = ", ".join(str(place) for place in places)
            raise HummingError("invalid argument", f"no libhumming.so in {tried}; call use_library")
    assert _library is not None
    return _library


def own(
    owner: object, destroy: Callable[..., object], *handles: object, parent: object = None
) -> weakref.finalize[..., object]:
    """Calls `destroy(*handles)` when `owner` is gone, and keeps `parent` until then.

    A `__del__` would not do: the members of a reference cycle, a traceback's for one, and whatever
    is left at exit are finalized in any order, but a device must outlive what lies on it.
    """

    def release(_parent: object) -> None:
        destroy(*handles)

    return weakref.finalize(owner, release, parent)
