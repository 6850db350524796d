# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One point of the support matrix: its sizes, its groups, and its text as the library takes it."""

from __future__ import annotations

from dataclasses import dataclass

from formats import SCALARS, Code

# Scales that the matrix instruction of e2m1 takes, for weights and activations alike, and the values of k they are for.
BLOCK_SCALES = {"ue8m0": 32, "e4m3": 16}
# Scales that may act on operands.
OPERAND_EXACT = {"f16": {"f16", "e4m3", "e5m2"}, "bf16": {"bf16", "e4m3", "e5m2", "ue8m0"}, "e4m3": {"e4m3"},
                 "e5m2": {"e4m3"}}


@dataclass(frozen=True)
class Problem:
    """Names of types are those of docs/Numerics.md. `shape` is none, tensor, channel, block or gX (X values of k);
    `inputs` none, tensor, token or group, of `input_type`; `zero` none, code or float."""

    activation: str
    code: Code
    zero: str = "none"
    arch: str = "sm_80"
    scale: str = "f16"
    shape: str = "g64"
    place: str = "default"
    global_scale: bool = False
    inputs: str = "none"
    input_type: str = "f32"
    output: str = "f16"
    acc: str = "default"
    perm: bool = False
    bias: bool = False
    n: int = 64
    k: int = 128
    m: int = 16

    def __str__(self):
        parts = [self.arch, self.activation, self.code.name]
        parts += [f"{self.zero}zero"] * (self.zero != "none")
        parts += [f"{self.scale}.{self.shape}"] * (self.shape != "none")
        parts += [self.place] * (self.place != "default") + ["global"] * self.global_scale
        parts += [f"{self.inputs}.{self.input_type}"] * (self.inputs != "none")
        parts += [f"acc.{self.acc}"] * (self.acc != "default") + ["perm"] * self.perm + ["bias"] * self.bias
        return "-".join([*parts, self.output, f"{self.n}x{self.k}", f"m{self.m}"])

    @property
    def is_float(self):
        return SCALARS[self.activation].bias is not None

    @property
    def width(self):
        """Bits of an activation."""
        return SCALARS[self.activation].bits

    @property
    def depth(self):
        """Values of k that an MMA may add in an order of its own."""
        return {16: 16, 8: 32, 4: 64}[self.width]

    @property
    def block(self):
        """Rows and columns of the weights that share a scale."""
        if self.shape == "block":
            return 128, 128
        rows = self.n if self.shape in ("none", "tensor") else 1
        return rows, int(self.shape[1:]) if self.shape[0] == "g" else self.k

    @property
    def divides(self):
        """Whether the shape of the scale tensor alone says what a scale is for."""
        rows, columns = self.block
        return self.n % rows == 0 and self.k % columns == 0

    @property
    def scale_shape(self):
        rows, columns = self.block
        return -(-self.n // rows), -(-self.k // columns)

    @property
    def input_group(self):
        """Values of k that share an input scale: the weights' groups, or two halves where those have one."""
        if self.inputs != "group":
            return self.k
        return self.block[1] if self.scale_shape[1] > 1 else self.k // 2

    @property
    def input_shape(self):
        return 1 if self.inputs == "tensor" else self.m, -(-self.k // self.input_group)

    @property
    def on_operand(self):
        """Whether scales multiply the weights, from the rule for an absent #humming.numerics."""
        if self.place != "default":
            return self.place == "operand"
        return (self.width == 16 and self.scale_shape[1] > 1 and self.scale in OPERAND_EXACT[self.activation]
                and self.inputs != "group")

    @property
    def scales_products(self):
        """Whether the matrix instruction scales each product, not a kernel the sum of each group."""
        return (self.activation == "e2m1" and self.inputs == "group" and self.scale == self.input_type
                and self.shape == f"g{BLOCK_SCALES.get(self.scale)}" and self.scale_shape[1] > 1)

    @property
    def shift(self):
        """Exponent of the factor with which weights are in the operand type: e5mY reaches twice as far as f16 and e5m2.
        e5m2 itself has no bit to spare beside e5m2."""
        halved = self.code.exponent == 5 and self.activation in ("f16", "e5m2")
        return -1 if halved and self.code.fraction < SCALARS[self.activation].fraction else 0

    @property
    def sums_integers(self):
        """Whether the epilogue begins with the i32 sum itself."""
        return not self.is_float and self.shape == "none" and not self.global_scale and self.inputs == "none"

    def describe(self):
        """The problem in the keywords of humming.Problem.gemm."""
        group = {"block": self.block, "channel": "channel", "tensor": "tensor", "none": "tensor"}
        inputs = {"none": "token", "token": "token", "tensor": "tensor"}.get(self.inputs, self.input_group)
        return {"n": self.n, "k": self.k, "code": self.code.spelling, "activation": self.activation,
                "scale": self.scale if self.shape != "none" else None,
                "group": group.get(self.shape, self.block[1]), "output": self.output, "bias": self.bias,
                "zero": {"none": False, "code": "code", "float": "number"}[self.zero],
                "global_scale": self.global_scale, "perm": self.perm,
                "input_scale": self.input_type if self.inputs != "none" else None, "input_group": inputs,
                "accumulator": self.acc, "scale_place": self.place}

    def numerics(self):
        if self.place == "default" and self.acc == "default":
            return ""
        acc = self.acc if self.acc != "default" else "f32" if self.is_float else "i32"
        return f"numerics = #humming.numerics<acc = {acc}, scale = {'operand' if self.on_operand else 'accumulator'}>"

    def operands(self):
        """(name of the clause, type) of every operand, in order. M is dynamic."""
        def tensor(*shape, element):
            return f"tensor<{'x'.join(map(str, shape))}x{element}>"

        code, activation = f"!humming.code<{self.code.spelling}>", SCALARS[self.activation].mlir
        result = [("a", tensor("?", self.k, element=activation)), ("b", tensor(self.n, self.k, element=code))]
        if self.shape != "none":
            result.append(("scale", tensor(*self.scale_shape, element=SCALARS[self.scale].mlir)))
        if self.zero != "none":
            result.append(("zero", tensor(*self.scale_shape, element=code if self.zero == "code" else activation)))
        if self.global_scale:
            result.append(("global_scale", tensor(1, element="f32")))
        if self.inputs != "none":
            rows = 1 if self.inputs == "tensor" else "?"
            result.append(("input_scale", tensor(rows, self.input_shape[1], element=SCALARS[self.input_type].mlir)))
        if self.perm:
            result.append(("perm", tensor(self.k, element="i32")))
        if self.bias:
            result.append(("epilogue", tensor(self.n, element=SCALARS[self.output].mlir)))
        return result

    def epilogue(self):
        """The region: adds the bias in f32, rounds once."""
        output = SCALARS[self.output].mlir
        first = "i32" if self.sums_integers else "f32"
        arguments, lines, last = [f"%acc: {first}"], [], "%acc"
        if first == "i32" and output != "i32":
            lines, last = [f"%sum = arith.sitofp {last} : i32 to f32"], "%sum"
        if self.bias:
            arguments.append(f"%bj: {output}")
            wide = "%bj" if output == "f32" else "%wide"
            lines += [f"%wide = arith.extf %bj : {output} to f32"] * (output != "f32")
            lines.append(f"%biased = arith.addf {last}, {wide} : f32")
            last = "%biased"
        if output not in ("f32", "i32"):
            lines.append(f"%rounded = arith.truncf {last} : f32 to {output}")
            last = "%rounded"
        return "\n".join([f"^bb0({', '.join(arguments)}):", *lines, f"humming.yield {last} : {output}"])

    def ir(self):
        """The problem as MLIR text."""
        names = [f"%arg{index}" for index in range(len(self.operands()))]
        clauses = [f"{clause}({name} : {type_})" for name, (clause, type_) in zip(names, self.operands())]
        arguments = ", ".join(f"{name}: {type_}" for name, (_, type_) in zip(names, self.operands()))
        attributes = [f"scale_block = array<i64: {self.block[0]}, {self.block[1]}>"] * (not self.divides)
        attributes += [self.numerics()] * bool(self.numerics())
        dictionary = f"attributes {{{', '.join(attributes)}}}" if attributes else ""
        result = f"tensor<?x{self.n}x{SCALARS[self.output].mlir}>"
        return (f"func.func @gemm({arguments}) -> {result} {{\n%c = humming.gemm {' '.join(clauses)}\n"
                f"-> {result} {dictionary} {{\n{self.epilogue()}\n}}\nreturn %c : {result}\n}}\n")
