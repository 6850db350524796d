# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels on a device: prepare, pack, launch, seal."""

from __future__ import annotations

from ctypes import byref, c_size_t, c_uint64, c_void_p
from typing import Any, Union

from . import _library
from ._library import string
from .device import Device, Memory
from .problem import ROLES, Buffer, Problem

Tensor = Union[int, Memory, Any]
"""Device memory: an address, a Memory, or a tensor with data_ptr() such as torch's."""


def _address(tensor: Tensor) -> int:
    if isinstance(tensor, int):
        return tensor
    return tensor.address if isinstance(tensor, Memory) else tensor.data_ptr()


class Jit:
    """The kernels of one device."""

    def __init__(self, device: Device, arch: str = "") -> None:
        """Compiles for `arch`, by default the best for the device."""
        self._library = _library.library()
        self._handle = c_void_p()
        self.device = device
        self._library.hummingJitCreate(device._handle, string(arch), byref(self._handle))
        _library.own(self, self._library.hummingJitDestroy, self._handle, parent=device)

    @property
    def arch(self) -> str:
        name = _library.String()
        self._library.hummingJitArch(self._handle, byref(name))
        return name.text()

    @property
    def compiled_count(self) -> int:
        """Plan entries compiled so far."""
        count = c_size_t()
        self._library.hummingJitCompiledCount(self._handle, byref(count))
        return count.value

    def use_table(self, path: str) -> None:
        """Chooses schedules by the table of measured schedules in the file `path`, before those of
        the compiler, for all that is compiled from now on."""
        self._library.hummingJitUseTable(self._handle, string(path))

    def add(self, problem: Problem) -> Gemm:
        """Adds a problem; compiles nothing. Equal problems share their kernels."""
        return Gemm(self, problem)

    def seal(self) -> None:
        """From now on whatever would compile or allocate raises with status "sealed"."""
        self._library.hummingJitSeal(self._handle)

class Gemm:
    """One problem on one device; made by Jit.add."""

    def __init__(self, jit: Jit, problem: Problem) -> None:
        self._jit = jit
        self._library = jit._library
        self._handle = c_void_p()
        self.buffers: list[Buffer] = problem.buffers
        self._library.hummingGemmCreate(jit._handle, problem._handle, byref(self._handle))
        _library.own(self, self._library.hummingGemmDestroy, self._handle, parent=jit)

    def prepare(self, max_tokens: int = 0) -> None:
        """Compiles and loads, in parallel, every kernel for up to `max_tokens` tokens (0: any) and
        the packing, and allocates their workspace."""
        self._library.hummingGemmPrepare(self._handle, max_tokens)

    def packed_bytes(self, role: str) -> int:
        """Bytes of the packed operand `role`: "b", "scale" or "zero"."""
        return next(b.packed_bytes for b in self.buffers if b.role == role)

    def pack(
        self, role: str, source: Tensor, *, perm: Tensor | None = None, stream: int | None = None
    ) -> Memory:
        """The packed form of a row-major `source` for the operand `role`. The weights of a problem
        with a permutation are packed in its order: `perm` is what `launch` takes."""
        packed = self._jit.device.alloc(self.packed_bytes(role))
        self._library.hummingGemmPack(
            self._handle,
            ROLES.index(role),
            _address(source),
            0 if perm is None else _address(perm),
            packed.address,
            stream,
        )
        return packed

    def launch(
        self, m: int, *tensors: Tensor, stream: int | None = None, dependent: bool = False
    ) -> None:
        """Queues the gemm of `m` tokens; `tensors` in the order of `buffers`, with the weights,
        scales and zero points packed, the result last. `dependent`: it may start while the launch
        before it in the stream still runs, which must not write what belongs to the weights."""
        addresses = (c_uint64 * len(tensors))(*map(_address, tensors))
        self._library.hummingGemmLaunch(
            self._handle, m, addresses, len(tensors), stream, int(dependent)
        )
