# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Devices and their memory."""

from __future__ import annotations

from ctypes import byref, c_uint32, c_uint64, c_void_p
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _library


def cuda_device_count() -> int:
    """How many CUDA devices there are; 0 without a driver."""
    count = c_uint32()
    try:
        _library.library().hrtCountCuda(byref(count))
    except _library.HummingError:
        return 0
    return count.value


class Device:
    """A GPU or the emulator, open as long as this object.

    Use `Device.cuda(ordinal)` or `Device.emulator()`.
    """

    def __init__(self, handle: c_void_p) -> None:
        self._library = _library.library()
        self._handle = handle
        _library.own(self, self._library.hrtClose, handle)
        info = _library.DeviceInfo()
        self._library.hrtGetInfo(handle, byref(info))
        self.name: str = info.name.decode()
        self.sm: int = info.sm
        """Compute capability times ten; 0 for the emulator, which runs all."""

    @classmethod
    def cuda(cls, ordinal: int = 0) -> Device:
        handle = c_void_p()
        _library.library().hrtOpenCuda(ordinal, byref(handle))
        return cls(handle)

    @classmethod
    def emulator(cls) -> Device:
        handle = c_void_p()
        _library.library().hummingOpenEmulator(byref(handle))
        return cls(handle)

    def alloc(self, size: int) -> Memory:
        """`size` bytes, not initialized."""
        return Memory(self, size)

    def upload(self, array: npt.NDArray[Any]) -> Memory:
        """A copy of `array`, row-major."""
        contiguous = np.ascontiguousarray(array)
        memory = Memory(self, contiguous.nbytes)
        self._library.hrtCopyIn(
            self._handle, memory.address, contiguous.ctypes.data, contiguous.nbytes
        )
        return memory

    def synchronize(self, stream: int | None = None) -> None:
        """Waits for what is queued in `stream`; raises when a kernel has failed."""
        self._library.hrtSynchronize(self._handle, stream)


class Memory:
    """Bytes on a device, freed with this object."""

    def __init__(self, device: Device, size: int) -> None:
        self.device = device
        self.size = size
        address = c_uint64()
        device._library.hrtAlloc(device._handle, size, byref(address))
        self.address: int = address.value
        self._free = _library.own(
            self, device._library.hrtFree, device._handle, self.address, parent=device
        )

    def download(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """A copy of the first bytes as an array."""
        array = np.empty(shape, dtype)
        if array.nbytes > self.size:
            raise ValueError(f"expected at most {self.size} bytes, got {array.nbytes}")
        self.device._library.hrtCopyOut(
            self.device._handle, array.ctypes.data, self.address, array.nbytes
        )
        return array

    def free(self) -> None:
        """Frees the memory now; the object must not be used afterwards."""
        self._free()
        self.address = 0
