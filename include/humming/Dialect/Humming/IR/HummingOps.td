//===- HummingOps.td - Operations of the problem dialect ---*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// gemm, the region terminator yield, and pack. Constraint labels C1.. reappear
// in the verifiers and in gemm_errors.mlir and pack_errors.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_HUMMINGOPS_TD
#define HUMMING_DIALECT_HUMMING_IR_HUMMINGOPS_TD

include "humming/Dialect/Humming/IR/HummingAttrs.td"
include "humming/Dialect/Humming/IR/HummingTypes.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Humming_Op<string mnemonic, list<Trait> traits = []>
    : Op<Humming_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Type constraints
//===----------------------------------------------------------------------===//

def Humming_Code : Type<CPred<"::llvm::isa<::humming::CodeType>($_self)">, "code",
                        "::humming::CodeType">;

def Humming_Scalar : AnyTypeOf<[AnyFloat, AnySignlessInteger],
                               "floating-point or signless integer">;

class Humming_StaticMatrixOf<list<Type> elements>
    : RankedTensorOf<elements, [HasStaticShapePred, HasAnyRankOfPred<[2]>],
                     "statically shaped 2D tensor">;

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

def Humming_GemmOp : Humming_Op<"gemm", [Pure, IsolatedFromAbove, SingleBlock,
                                         AttrSizedOperandSegments]> {
  let summary = "Multiply activations by coded weights, then apply an epilogue";
  let description = [{
    ```
    C[m, n] = epilogue(t * sum over k of A[m, p(k)] * X[m, h] * (value(B[n, p(k)]) - Z[n, g]) * S[n, g],
                       E1[..n], E2[..n], ...)
    ```

    where `g = k / bk` is the group of `k` among the G columns of the scale, `h` its group among
    those of the input scale, and p(k) = k without `perm`.
    Weights are N x K: row n makes output channel n. Without `scale`, S is 1;
    so are X and t without `input_scale` and `global_scale`.
    Without `zero`, Z is 0 for signed and floating-point codes and
    `2^(bits - 1)` for unsigned ones. Where products, scales and sums are rounded is
    `#humming.numerics`.

    Operands:
    - `a`: activations, M x K, floating-point or integer. M may be dynamic.
    - `b`: weights, N x K codes.
    - `scale`: N x G (a group is K / G values of k), N x 1 (per channel), 1 x 1 (per tensor), or one for each block
      of `scale_block = [bn, bk]` rows and columns of the weights, the last of which may be short.
    - `zero`: zero points in the scale's shape: codes of the same format as the weights, or numbers of the type of `a`.
    - `global_scale`: one f32 for the whole product.
    - `input_scale`: scales of activations: 1 x 1 (per tensor), M x 1 (per token) or M x H (per token and group).
    - `perm`: K numbers: position k of the reduction is column perm[k] of `a` and of `b`. Groups go by position.
    - `epilogue`: extra operands of the epilogue, each of N values (indexed by n) or M x N values.

    The region is the epilogue. It takes the accumulator (f32; i32 when `acc = i32`
    and nothing scales it), then one scalar per extra operand, and
    yields one element of the result. It always exists: at least it converts the
    accumulator to the result's element type.

    Constraints:
    - C1: `a` and the result are 2D tensors of floating-point or signless integer elements;
      `b`, `scale` and `zero` are static 2D tensors of codes, floating-point values, and either.
    - C2: K is static, and `a` and `b` agree on it.
    - C3: the result is M x N.
    - C4: `scale` has a row for each block of rows: N / bn, rounded up; without a `scale_block`, rows that divide N.
    - C5: `scale` has a column for each group: K / bk, rounded up; without a `scale_block`, columns that divide K.
    - C6: `zero` comes with a scale and has its shape.
    - C7: `zero` comes only with unsigned codes.
    - C8: `zero` has the weights' code (packed, it takes a byte each, `u8`) or, beside f16 and bf16
      activations, their type.
    - C9: an epilogue operand is N or M x N.
    - C10: the region's arguments are the accumulator and one scalar per epilogue operand.
    - C11: the region ends in a `humming.yield` of the result's element type.
    - C12: the region has no side effects.
    - C13: `acc = i32` goes with integer activations, `acc = f32` with floating-point ones, `acc = f16` with f16.
    - C14: `scale = operand` beside a scale goes with floating-point activations of 16 and 8 bits.
    - C15: all or none of `b`, `scale` and `zero` are packed (have an encoding); nothing
      else is.
    - C16: no dimension of `a` or `b` is 0.
    - C17: `input_scale` is 1 x 1 or has M rows, and columns that divide K or are the groups of
      the scale.
    - C18: `perm` has K numbers.
    - C19: `scale_block` comes with a scale and has two positive numbers.
    - C20: `global_scale` has one number.

    Lowers to: one kernel of `humming_tile` ops, by `convert-humming-to-tile`.

    Example:

    ```mlir
    func.func @gemm(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>,
                    %s: tensor<256x4xf16>, %bias: tensor<256xf16>) -> tensor<?x256xf16> {
      %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
           scale(%s : tensor<256x4xf16>) epilogue(%bias : tensor<256xf16>) -> tensor<?x256xf16> {
      ^bb0(%acc: f32, %bj: f16):
        %b = arith.extf %bj : f16 to f32
        %x = arith.addf %acc, %b : f32
        %h = arith.truncf %x : f32 to f16
        humming.yield %h : f16
      }
      return %c : tensor<?x256xf16>
    }
    ```
  }];
  let arguments = (ins
    2DTensorOf<[AnyFloat, AnySignlessInteger]>:$a,
    Humming_StaticMatrixOf<[Humming_Code]>:$b,
    Optional<Humming_StaticMatrixOf<[AnyFloat]>>:$scale,
    Optional<Humming_StaticMatrixOf<[Humming_Code, AnyFloat]>>:$zero,
    Optional<1DTensorOf<[F32]>>:$globalScale,
    Optional<2DTensorOf<[AnyFloat]>>:$inputScale,
    Optional<1DTensorOf<[I32]>>:$perm,
    Variadic<TensorRankOf<[AnyFloat, AnySignlessInteger], [1, 2]>>:$epilogueOperands,
    OptionalAttr<DenseI64ArrayAttr>:$scale_block,
    OptionalAttr<Humming_NumericsAttr>:$numerics,
    OptionalAttr<Humming_ScheduleAttr>:$schedule);
  let results = (outs 2DTensorOf<[AnyFloat, AnySignlessInteger]>:$result);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    `a` `(` $a `:` qualified(type($a)) `)` `b` `(` $b `:` qualified(type($b)) `)`
    (`scale` `(` $scale^ `:` qualified(type($scale)) `)`)?
    (`zero` `(` $zero^ `:` qualified(type($zero)) `)`)?
    (`global_scale` `(` $globalScale^ `:` qualified(type($globalScale)) `)`)?
    (`input_scale` `(` $inputScale^ `:` qualified(type($inputScale)) `)`)?
    (`perm` `(` $perm^ `:` qualified(type($perm)) `)`)?
    (`epilogue` `(` $epilogueOperands^ `:` qualified(type($epilogueOperands)) `)`)?
    `->` qualified(type($result)) attr-dict-with-keyword $epilogue
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Tokens: rows of the activations, or ShapedType::kDynamic.
    int64_t getM() { return getA().getType().getDimSize(0); }
    /// Output channels: rows of the weights.
    int64_t getN() { return getB().getType().getDimSize(0); }
    /// Length of the reduction: columns of the weights.
    int64_t getK() { return getB().getType().getDimSize(1); }
    /// Columns of the scale; 1 without a scale.
    int64_t getNumGroups() { return getScale() ? getScale().getType().getDimSize(1) : 1; }
    /// Values of k that share a scale; the last group may have fewer. K when
    /// the scale has one column or is absent.
    int64_t getGroupSize();
    /// Rows of the weights that share a scale; the last ones may be fewer. 1
    /// without a scale.
    int64_t getScaleRows();
    /// Columns of the input scale; 1 without one.
    int64_t getNumInputGroups() { return getInputScale() ? getInputScale().getType().getDimSize(1) : 1; }
    /// Values of k that share an input scale; K when there is one or none.
    int64_t getInputGroupSize();
    /// Whether scales of groups act inside the matrix instruction, which adds
    /// scaled products, and not on the sum of each group.
    bool hasBlockScales();
    /// Whether weights are scaled as they become operands of 8 bits.
    bool foldsScales();
    /// The weights' format.
    ::humming::Code getCode();
    /// True when the weights (and scale and zero points) are in a packed layout.
    bool isPacked() { return static_cast<bool>(getB().getType().getEncoding()); }
    /// `numerics`, or what its absence means (see #humming.numerics).
    ::humming::NumericsAttr getEffectiveNumerics();
    /// Type of the epilogue's first argument.
    ::mlir::Type getAccumulatorType();
  }];
}

def Humming_YieldOp : Humming_Op<"yield", [Pure, Terminator, HasParent<"GemmOp">]> {
  let summary = "Yield one element of the result from an epilogue";
  let description = [{
    ```
    C[m, n] = value
    ```

    Operands:
    - `value`: a scalar of the result's element type.

    Constraints: gemm C11.

    Lowers to: `humming_tile.yield` of the epilogue's `humming_tile.map`.

    Example:

    ```mlir
    func.func @f(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<i4>>) -> tensor<?x64xf32> {
      %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<i4>>)
           -> tensor<?x64xf32> {
      ^bb0(%acc: f32):
        humming.yield %acc : f32
      }
      return %c : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins Humming_Scalar:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Humming_PackOp : Humming_Op<"pack", [Pure]> {
  let summary = "Change the physical layout of a tensor, and nothing else";
  let description = [{
    ```
    result[i, j] = source[i / row_block, perm[j]]
    ```

    Without `row_block` and `perm` the values and the shape are those of the source; the
    encoding, which says where each element lies in memory, is the result's. A tensor without an
    encoding is row-major. The inverse of a pack is a pack.

    `as T` replaces each code by the bits of the number of T, an operand type as wide, that it stands for in a gemm
    (docs/Numerics.md, definition, 1): kernels have nothing left to decode.

    Operands:
    - `source`: a static 2D tensor of codes or floating-point values.
    - `perm`: for each column of the result, the column of the source.
    - `row_block`: rows of the result that repeat one row of the source.

    Constraints:
    - C1: source and result are static 2D tensors of codes or floating-point values.
    - C2: source and result have the same shape (but for a row for each `row_block` rows) and
      element type, or widen one unsigned code to another: the values are the same.
    - C3: their encodings differ.
    - C4: `perm` has a number for each column; `row_block` is positive.
    - C5: `as` is a type of 8 bits, beside codes of 8 bits.

    Lowers to: one packing kernel, by `convert-humming-to-tile`.

    Example (the encoding stands for a `#humming_tile.layout`):

    ```mlir
    func.func @prepare(%w: tensor<64x64x!humming.code<u4>>)
        -> tensor<64x64x!humming.code<u4>, "packed"> {
      %p = humming.pack %w : tensor<64x64x!humming.code<u4>>
                          -> tensor<64x64x!humming.code<u4>, "packed">
      return %p : tensor<64x64x!humming.code<u4>, "packed">
    }
    ```
  }];
  let arguments = (ins Humming_StaticMatrixOf<[Humming_Code, AnyFloat]>:$source,
                       Optional<1DTensorOf<[I32]>>:$perm, OptionalAttr<I64Attr>:$row_block,
                       OptionalAttr<TypeAttr>:$operand);
  let results = (outs Humming_StaticMatrixOf<[Humming_Code, AnyFloat]>:$result);
  let assemblyFormat = [{
    $source (`perm` `(` $perm^ `:` type($perm) `)`)? (`row_block` $row_block^)? (`as` $operand^)? attr-dict
    `:` qualified(type($source)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMINGOPS_TD
