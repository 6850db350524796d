# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Problems, plans, and compilation without a device."""

from __future__ import annotations

from ctypes import byref, c_size_t, c_void_p
from dataclasses import dataclass

from . import _library
from ._library import HummingError, string

SCALARS = ("f16", "bf16", "f32", "e4m3", "e5m2", "ue8m0", "i8", "i4", "i32", "e2m1")
ROLES = (
    "a",
    "b",
    "scale",
    "zero",
    "global_scale",
    "input_scale",
    "perm",
    "epilogue",
    "result",
)
SCALE_PLACES = ("default", "operand", "accumulator")
ACCUMULATORS = ("default", "f16")


@dataclass(frozen=True)
class Buffer:
    """A buffer that a launch takes; `role` is one of ROLES, sizes are in bytes."""

    role: str
    bytes: int
    bytes_per_token: int
    packed_bytes: int

    def size_for(self, m: int) -> int:
        """Bytes of the row-major buffer for `m` tokens."""
        return self.bytes + self.bytes_per_token * m


@dataclass(frozen=True)
class PlanEntry:
    """A kernel of a plan: the packing, or a gemm for up to `tokens` tokens (0: any)."""

    symbol: str
    pack: bool
    tokens: int


@dataclass(frozen=True)
class Tensor:
    """A tensor map that a kernel takes by value: a buffer as a row of `cols` elements a token."""

    buffer: int
    element_bytes: int
    cols: int
    box_rows: int


@dataclass(frozen=True)
class Kernel:
    """A compiled kernel; its grid has tiles * ceil(m / block_m) * split blocks, or where `blocks`
    is not 0, the least of it and tiles * ceil(m / block_m) * units."""

    name: str
    threads: int
    shared: int
    tiles: int
    block_n: int
    block_m: int
    split: int
    blocks: int
    units: int
    tensors: list[Tensor]


@dataclass(frozen=True)
class Compiled:
    """What a compilation came to: PTX, kernels, and milliseconds per stage."""

    ptx: str
    kernels: list[Kernel]
    stages: list[tuple[str, float]]


def _number(names: tuple[str, ...], name: str, what: str) -> int:
    """The place of `name` in `names`; an error that tells them all when it has none."""
    if name not in names:
        raise HummingError(
            "invalid argument", f"expected {what} to be one of {', '.join(names)}, got '{name}'"
        )
    return names.index(name)


def describe(
    *,
    n: int,
    k: int,
    m: int | None = None,
    code: str = "u4",
    group: int | str | tuple[int, int] = 128,
    activation: str = "f16",
    scale: str | None = "f16",
    output: str = "f16",
    zero: bool | str = False,
    global_scale: bool = False,
    input_scale: str | None = None,
    input_group: int | str = "token",
    perm: bool = False,
    bias: bool = False,
    scale_place: str = "default",
    accumulator: str = "default",
    fixed_order: bool = False,
) -> _library.GemmDescription:
    """C[m, n] = bias[n] + global_scale * sum over k of
                 A[m, p(k)] * input_scale * (W[n, p(k)] - zero) * scale.

    Scalars are names of SCALARS, `code` is "u4", "e2m1", "nf4", "lut1,[-1, 1]" and so on.

    `m`             None: any number of tokens.
    `scale`         None: no scales.
    `group`         What shares a scale: a number of values of k, the last of which may have fewer;
                    "channel" (or 0), "tensor", or a block (n, k) of the weights.
    `zero`          Zero points in the shape of the scales: "code" (or True), of the weights' code,
                    or "number", of the activations' type.
    `global_scale`  One f32 for the whole product.
    `input_scale`   Activations have scales of this type.
    `input_group`   What shares one: a number of values of k in a token, "token" or "tensor".
    `perm`          Column perm[k] of A and of W is position k of the sum; groups go by position.
    `accumulator`   "f16" beside activations of f16.
    `fixed_order`   A token's results depend neither on m nor on other tokens, to the bit.
    """
    if isinstance(group, tuple):
        rows, group = group
    elif group == "tensor":
        rows, group = -1, 0
    else:
        rows, group = 1, 0 if group == "channel" else group
    per_tensor = input_group == "tensor"
    if input_group in ("token", "tensor"):
        input_group = 0
    if isinstance(group, str) or isinstance(input_group, str):
        raise HummingError("invalid argument", "expected groups that are numbers or known words")
    zeros = ("none", "code", "number")
    name = string(code)
    description = _library.GemmDescription(
        n,
        k,
        m or 0,
        group,
        rows,
        input_group,
        name,
        _number(SCALARS, activation, "activation"),
        -1 if scale is None else _number(SCALARS, scale, "scale"),
        _number(SCALARS, output, "output"),
        _number(SCALARS, input_scale or "f32", "input_scale"),
        _number(SCALE_PLACES, scale_place, "scale_place"),
        int(zero) if isinstance(zero, bool) else _number(zeros, zero, "zero"),
        0 if input_scale is None else 1 if per_tensor else 2,
        global_scale,
        perm,
        bias,
        _number(ACCUMULATORS, accumulator, "accumulator") == 1,
        fixed_order,
    )
    description.keep = name  # the bytes of the code's name
    return description


class Problem:
    """What to compute. Use `Problem.gemm(...)` or `Problem.parse(ir)`."""

    def __init__(self, handle: c_void_p) -> None:
        self._library = _library.library()
        self._handle = handle

    @classmethod
    def gemm(cls, **options: int | str | bool | tuple[int, int] | None) -> Problem:
        """The problem that `describe(**options)` describes."""
        handle = c_void_p()
        _library.library().hummingProblemCreate(byref(describe(**options)), byref(handle))
        return cls(handle)

    @classmethod
    def parse(cls, ir: str, source: str = "problem") -> Problem:
        """The problem in MLIR text; `source` names the text in locations."""
        handle = c_void_p()
        _library.library().hummingProblemParse(string(ir), string(source), byref(handle))
        return cls(handle)

    @property
    def ir(self) -> str:
        """The problem as MLIR text."""
        text = _library.String()
        self._library.hummingProblemIr(self._handle, byref(text))
        return text.text()

    @property
    def buffers(self) -> list[Buffer]:
        """The buffers in the order of a launch: the arguments, then the result."""
        count = c_size_t()
        self._library.hummingProblemBufferCount(self._handle, byref(count))
        result = []
        for index in range(count.value):
            b = _library.Buffer()
            self._library.hummingProblemBuffer(self._handle, index, byref(b))
            result.append(Buffer(ROLES[b.role], b.bytes, b.bytes_per_token, b.packed_bytes))
        return result

    def plan(self, arch: str) -> list[PlanEntry]:
        """The kernels that this problem needs on `arch`. Compiles nothing."""
        plan = c_void_p()
        self._library.hummingPlanCreate(self._handle, string(arch), byref(plan))
        try:
            count = c_size_t()
            self._library.hummingPlanCount(plan, byref(count))
            entries = []
            for index in range(count.value):
                e = _library.PlanEntry()
                self._library.hummingPlanGet(plan, index, byref(e))
                entries.append(PlanEntry(e.symbol.text(), e.pack, e.tokens))
            return entries
        finally:
            self._library.hummingPlanDestroy(plan)

    def compile(self, arch: str, tokens: int = 0) -> Compiled:
        """Compiles the gemm for at most `tokens` tokens (0: any), and its packing, to PTX."""
        module = c_void_p()
        self._library.hummingModuleCompile(self._handle, string(arch), tokens, byref(module))
        try:
            return self._read_module(module)
        finally:
            self._library.hummingModuleDestroy(module)

    def _read_module(self, module: c_void_p) -> Compiled:
        ptx = _library.String()
        count = c_size_t()
        self._library.hummingModulePtx(module, byref(ptx))
        self._library.hummingModuleKernelCount(module, byref(count))
        kernels = []
        for index in range(count.value):
            k = _library.Kernel()
            self._library.hummingModuleKernel(module, index, byref(k))
            known = [k.tensors[i] for i in range(k.tensor_count)]
            tensors = [Tensor(t.buffer, t.element_bytes, t.cols, t.box_rows) for t in known]
            shape = (k.threads, k.shared, k.tiles, k.block_n, k.block_m, k.split, k.blocks, k.units)
            kernels.append(Kernel(k.name.text(), *shape, tensors))
        self._library.hummingModuleStageCount(module, byref(count))
        stages = []
        for index in range(count.value):
            s = _library.Stage()
            self._library.hummingModuleStage(module, index, byref(s))
            stages.append((s.name.text(), s.milliseconds))
        return Compiled(ptx.text(), kernels, stages)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.hummingProblemDestroy(self._handle)
