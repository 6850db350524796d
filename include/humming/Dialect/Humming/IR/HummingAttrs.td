//===- HummingAttrs.td - Numerics and schedule -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two attributes with one border between them: whatever changes rounding is in
// #humming.numerics, everything else about how a kernel runs is in
// #humming.schedule.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_HUMMINGATTRS_TD
#define HUMMING_DIALECT_HUMMING_IR_HUMMINGATTRS_TD

include "humming/Dialect/Humming/IR/HummingDialect.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

def Humming_AccKind : I32Enum<"AccKind", "type of the accumulators",
    [I32EnumCase<"F32", 0, "f32">, I32EnumCase<"F16", 1, "f16">, I32EnumCase<"I32", 2, "i32">]> {
  let cppNamespace = "::humming";
}

def Humming_ScaleKind : I32Enum<"ScaleKind", "where scales are applied",
    [I32EnumCase<"Operand", 0, "operand">, I32EnumCase<"Accumulator", 1, "accumulator">]> {
  let cppNamespace = "::humming";
}

def Humming_OrderKind : I32Enum<"OrderKind", "in which order products are added",
    [I32EnumCase<"Any", 0, "any">, I32EnumCase<"Fixed", 1, "fixed">]> {
  let cppNamespace = "::humming";
}

def Humming_CopyKind : I32Enum<"CopyKind", "how tiles get from global to shared memory",
    [I32EnumCase<"Sync", 0, "sync">, I32EnumCase<"CpAsync", 1, "cp_async">, I32EnumCase<"Tma", 2, "tma">]> {
  let cppNamespace = "::humming";
}

def Humming_StoreKind : I32Enum<"StoreKind", "how results get from registers to global memory",
    [I32EnumCase<"Direct", 0, "direct">, I32EnumCase<"Shared", 1, "shared">, I32EnumCase<"Tma", 2, "tma">]> {
  let cppNamespace = "::humming";
}

def Humming_FixupKind : I32Enum<"FixupKind", "where the slices of a tile are added",
    [I32EnumCase<"Memory", 0, "memory">, I32EnumCase<"Cluster", 1, "cluster">]> {
  let cppNamespace = "::humming";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def Humming_NumericsAttr : AttrDef<Humming_Dialect, "Numerics"> {
  let mnemonic = "numerics";
  let summary = "Everything about a gemm that changes rounding";
  let description = [{
    - `acc`: the type in which products are accumulated.
    - `scale`: `operand` multiplies each weight by its scale and rounds to the
      operand type, `round((value(code) - zero) * scale)`, before the
      multiplication; `accumulator` multiplies the sum of each group by its scale, in f32,
      and adds the groups in f32.

    - `order`: `any`, the default, leaves the order in which the products of an element are added to the
      schedule, and so to the number of tokens; `fixed` makes it a function of types, n, k and target alone
      (#humming.order): a token's results do not depend on m or on other tokens.

    Input scales and the global scale always act on accumulators.

    A gemm without this attribute accumulates in f32 (i32 for integer activations). It scales
    operands where all of this holds, and accumulators elsewhere:

    - activations are f16 or bf16: narrower operands would round scaled weights to a few bits, which
      is for whoever writes `scale = operand` beside f8E4M3FN and f8E5M2;
    - the scale has several columns: one for each channel or tensor is cheaper on accumulators;
    - the operand type has every value of the scale's type: it is the same, f8E4M3FN, f8E5M2, or
      f8E8M0FNU beside bf16;
    - the input scale, if any, has one column: sums of several groups are kept apart anyway.

    Example:

    ```mlir
    func.func private @f() attributes {numerics = #humming.numerics<acc = f32, scale = operand>}
    func.func private @g() attributes {numerics = #humming.numerics<acc = f32, scale = operand, order = fixed>}
    ```
  }];
  let parameters = (ins EnumParameter<Humming_AccKind>:$acc,
                        EnumParameter<Humming_ScaleKind>:$scale,
                        DefaultValuedParameter<"::humming::OrderKind", "::humming::OrderKind::Any">:$order);
  let assemblyFormat = "`<` `acc` `=` $acc `,` `scale` `=` $scale (`,` `order` `=` $order^)? `>`";
}

def Humming_OrderAttr : AttrDef<Humming_Dialect, "Order"> {
  let mnemonic = "order";
  let summary = "In which order a kernel adds the products of one element";
  let description = [{
    - `mma`: the matrix instruction that multiplies, in rising order of k.
    - `slice`: values of k whose sum one block makes; slices are added in rising order of k. K, padded, where the
      reduction is not split.
    - `part`: values of k that are summed from zero, and then added, scaled, to the slice's sum; all of `slice`
      where one accumulator goes through it.

    `humming-select-schedule` gives it to each gemm of `order = fixed`, `convert-humming-to-tile` to the kernel, and
    `humming-tile-verify-order` holds the kernel to it. Both carry it under the name `humming.order`.

    Constraints:
    - C1: a part has at least one value, and a slice is whole parts.

    Example:

    ```mlir
    func.func private @f() attributes {humming.order = #humming.order<mma = m16n8k16, slice = 1024, part = 1024>}
    ```
  }];
  let parameters = (ins Humming_KeywordParameter<"name of the MMA atom">:$mma, "int64_t":$slice, "int64_t":$part);
  let assemblyFormat = "`<` `mma` `=` $mma `,` `slice` `=` $slice `,` `part` `=` $part `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Name under which a gemm and its kernel carry this attribute.
    static constexpr ::llvm::StringLiteral getName() { return "humming.order"; }
  }];
}

def Humming_ScheduleAttr : AttrDef<Humming_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "How one kernel computes a gemm; cannot change the answer";
  let description = [{
    - `block = [n, m, k]`: what one thread block works on: `n` output channels
      times `m` tokens, `k` of the reduction in one stage.
    - `warps = [n, m]`: the warps of a block, side by side along n and m. Each
      holds an (n / warps n) x (m / warps m) part of the accumulators.
    - `stages`: buffers in shared memory through which k-tiles pass.
    - `mma`: name of the MMA atom; `m64k16` and `m64k32` are products of warpgroups
      (sm_90 alone), with terms of their own: docs/Schedule.md.
    - `copy`: `sync` goes through registers, `cp_async` uses `cp.async`; with `tma` a warp of its own
      starts bulk copies (sm_90), and the others only multiply.
    - `split_k`: blocks that share the reduction of one output tile.
    - `store`: results go to global memory as each lane holds them (`direct`, the default), or through
      shared memory, in whole lines by all lanes (`shared`) or by bulk copies (`tma`, sm_90).
    - `blocks`: so many blocks share all output tiles evenly (stream-K); 0, the default: one block for each tile
      and slice.
    - `prefetch`: tiles of k whose weights a block asks into the L2 cache before it waits for the kernel
      before it (sm_90); none by default.
    - `cluster`: so many blocks, side by side along n, share the copies of their activations (sm_90); 1, the
      default: each block copies its own.
    - `fixup`: the slices of `split_k` are added through memory, by the last block to arrive (`memory`, the default), or
      in shared memory: the blocks of a tile are then of one cluster (`cluster`, sm_90).
    - `turns`: sets of `warps` in a block, each with accumulators of its own, that take the block's tiles in turn
      (`blocks`, with `copy = tma`); 1, the default: all work on one tile.

    Two schedules of the same gemm differ only in the order in which
    accumulators are added. The packed layout of weights does not depend on it.

    Constraints:
    - C1: every number is at least 1, blocks and prefetch at least 0.
    - C2: `n` of the block is a multiple of 16 times the warps along n: weights
      are MMA operand A, 16 rows an atom.
    - C3: `m` of the block is a multiple of 8 times the warps along m: tokens
      are MMA operand B, 8 columns an atom.
    - C4: `cluster` is 1, 2, 4 or 8.
    - C5: `turns` is 1 or 2.

    What an architecture allows (atom, copy, shared memory) is checked by
    `humming-select-schedule`.

    Example:

    ```mlir
    func.func private @f() attributes {
      schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 4,
                                   mma = m16n8k16, copy = cp_async, split_k = 1>}
    ```
  }];
  let parameters = (ins "int64_t":$blockN, "int64_t":$blockM, "int64_t":$blockK,
                        "int64_t":$warpsN, "int64_t":$warpsM, "int64_t":$stages,
                        Humming_KeywordParameter<"name of the MMA atom">:$mma,
                        EnumParameter<Humming_CopyKind>:$copy, "int64_t":$splitK,
                        DefaultValuedParameter<"::humming::StoreKind", "::humming::StoreKind::Direct">:$store,
                        DefaultValuedParameter<"int64_t", "0">:$blocks,
                        DefaultValuedParameter<"int64_t", "0">:$prefetch,
                        DefaultValuedParameter<"int64_t", "1">:$cluster,
                        DefaultValuedParameter<"::humming::FixupKind", "::humming::FixupKind::Memory">:$fixup,
                        DefaultValuedParameter<"int64_t", "1">:$turns);
  let assemblyFormat = [{
    `<` `block` `=` `[` $blockN `,` $blockM `,` $blockK `]` `,` `warps` `=` `[` $warpsN `,` $warpsM `]` `,`
    `stages` `=` $stages `,` `mma` `=` $mma `,` `copy` `=` $copy `,` `split_k` `=` $splitK
    `` custom<ScheduleOptions>($store, $blocks, $prefetch, $cluster, $fixup, $turns) `` `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Threads that work on one tile: 32 lanes a warp. A block has as many for each of its `turns`.
    int64_t getThreads() const { return 32 * getWarpsN() * getWarpsM(); }
  }];
}

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMINGATTRS_TD
