//===- WarpgroupOps.td - products of four warps at once -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// wgmma of sm_90: weights in registers or in shared memory, activations in
// shared memory, products that run while the warps go on.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_WARPGROUPOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_WARPGROUPOPS_TD

// A fragment of the block, or what one thread holds of it.
def HummingTile_Registers : AnyTypeOf<[HummingTile_FragType, AnyVectorOfNonZeroRank]>;

// Weights where the instruction reads them: a fragment, or a shared tile.
def HummingTile_Weights : AnyTypeOf<[HummingTile_FragType, HummingTile_SmemType]>;

// A sum that goes on from `name` has its type.
class HummingTile_GoesOnFrom<string name>
    : OptionalTypesMatchWith<"all of {" # name # ", result} have same type", "result", name, "$_self">;

def HummingTile_WarpgroupMmaOp : HummingTile_Op<"warpgroup_mma", [HummingTile_GoesOnFrom<"acc">, AttrSizedOperandSegments]> {
  let summary = "multiply-accumulate of warpgroups with activations in shared memory";
  let description = [{
    `result[n][m] = acc[n][m] + sum_k weights[n][k] * activations[m][k]`, as mma, by `warps` warps along n, all of which
    own all tokens. Without `acc` the sum starts from zero. The products are only started: weights, activations and result
    must not be touched until a `warpgroup_wait` of the result. Layouts: the weights' and accumulators' are the atom's,
    repeated; the activations' is `swizzle 128`, that of weights in shared memory `packedOperand` (docs/Layouts.md). The
    stage is that of both.

    Constraints:
    - C1: weights are n x k, activations m x k, accumulators n x m.
    - C2: the atom is a warpgroup's and exists for these element types.
    - C3: warps come in fours; warps times the atom's shape divide the tile; at most 256 tokens.
    - C4: rows of the activations fill lines of 128 bytes.
    - C5: weights in shared memory have 8 bits.

    Lowers to: warpgroup_fence, warpgroup_atom, warpgroup_commit (humming-tile-distribute).

    ```mlir
    func.func @product(%w: !humming_tile.frag<64x64xf16>, %x: !humming_tile.smem<3x16x64xf16>,
                       %c: !humming_tile.frag<64x16xf32>) -> !humming_tile.frag<64x16xf32> {
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x, %c
        : !humming_tile.frag<64x64xf16>, !humming_tile.smem<3x16x64xf16>, !humming_tile.frag<64x16xf32>
      return %d : !humming_tile.frag<64x16xf32>
    }
    ```
  }];
  let arguments = (ins Arg<HummingTile_Weights, "", [MemRead]>:$weights, Arg<HummingTile_SmemType, "", [MemRead]>:$activations,
                       Optional<HummingTile_FragType>:$acc, Optional<Index>:$stage, StrAttr:$atom, I64Attr:$warps);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = [{
    $atom `warps` $warps $weights `,` $activations (`stage` $stage^)? (`,` $acc^)? attr-dict
    `:` qualified(type($weights)) `,` qualified(type($activations)) `,` qualified(type($result))
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Rows, columns and element type of the weights, wherever they are.
    int64_t getRows();
    int64_t getDepth();
    ::mlir::Type getElementType();
    /// The weights' shared tile, or null where they are a fragment.
    SmemType getSharedWeights() { return ::mlir::dyn_cast<SmemType>(getWeights().getType()); }
  }];
}

def HummingTile_WarpgroupWaitOp : HummingTile_Op<"warpgroup_wait", [AttrSizedOperandSegments]> {
  let summary = "wait until at most `pending` groups of the warpgroup's products are in flight";
  let description = [{
    The results are the values, with the products of the completed groups added: fragments, or the vectors of one thread. As
    long as groups are pending, only further products may touch them. `weights` are what the completed products read:
    their registers are taken until here.

    Constraints:
    - C1: at least one value, and results of the values' types.

    Lowers to: wgmma.wait_group, tied to the registers.
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$pending, Variadic<HummingTile_Registers>:$values,
                       Variadic<HummingTile_Registers>:$weights);
  let results = (outs Variadic<HummingTile_Registers>:$results);
  let assemblyFormat = [{
    $pending $values (`weights` `(` $weights^ `:` qualified(type($weights)) `)`)? attr-dict `:` functional-type($values, $results)
  }];
  let builders = [OpBuilder<(ins "int64_t":$pending, "::mlir::ValueRange":$values, "::mlir::ValueRange":$weights),
      [{ build($_builder, $_state, values.getTypes(), pending, values, weights); }]>];
  let hasVerifier = 1;
}

def HummingTile_WarpgroupFenceOp : HummingTile_Op<"warpgroup_fence"> {
  let summary = "order registers written so far before the products that follow";
  let description = [{
    Lowers to: wgmma.fence.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_WarpgroupCommitOp : HummingTile_Op<"warpgroup_commit"> {
  let summary = "make a group of the warpgroup's products so far";
  let description = [{
    Lowers to: wgmma.commit_group.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_ProxyFenceOp : HummingTile_Op<"proxy_fence"> {
  let summary = "show the thread's writes of shared memory to the asynchronous proxy";
  let description = [{
    Matrix instructions of warpgroups read shared memory through another proxy than stores and copies write it. A barrier
    behind the fence orders the writes of the block before them (PTX ISA, "Async proxy").

    Lowers to: fence.proxy.async.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_MatrixDescriptorOp : HummingTile_Op<"matrix_descriptor", [Pure]> {
  let summary = "where a matrix lies in shared memory, as matrix instructions take it";
  let description = [{
    A matrix of lines of 128 bytes whose 16-byte chunks are swizzled (layout `swizzle 128`), eight lines in 1024 bytes, from
    element `offset` of `memory` on. Adding b / 16 to the descriptor moves it by b bytes, within a line or by whole 1024 bytes.
    With `matrices [K, N]` a matrix of core matrices, eight rows of 16 bytes in 128 bytes: it is K bytes from one to the
    next along a row, N bytes to the next eight rows. PTX ISA, "Matrix Descriptor Format" of wgmma.

    Constraints:
    - C1: the memory is shared.
    - C2: two strides, positive multiples of 16 that a descriptor has room for.

    Lowers to: arithmetic on the address.
  }];
  let arguments = (ins MemRefRankOf<[AnyType], [1]>:$memory, Index:$offset, OptionalAttr<DenseI64ArrayAttr>:$matrices);
  let results = (outs I64:$result);
  let assemblyFormat = "$memory `[` $offset `]` (`matrices` $matrices^)? attr-dict `:` qualified(type($memory))";
  let hasVerifier = 1;
}

def HummingTile_WarpgroupAtomOp : HummingTile_Op<"warpgroup_atom", [HummingTile_GoesOnFrom<"c">]> {
  let summary = "one matrix instruction of a warpgroup";
  let description = [{
    `c + a * b`, or `a * b` without c: a, c and the result are the registers of one thread, and their elements lie as those of
    as many atoms of a warp side by side along the tokens as the result has room for (Target/MmaAtoms.td); b is in shared
    memory, tokens by k. So is a where `element`, the operands' type, says it: by a descriptor of 64 rows by k, 16 for each
    warp in turn.

    Constraints:
    - C1: the atom is a warpgroup's, exists for these types, and the vectors have its lengths.
    - C2: `element`, of 8 bits, where a is a descriptor.

    Lowers to: wgmma.mma_async; without c by its predicate that ignores the old sums, so that no register is zeroed.

    ```mlir
    func.func @atom(%a: vector<8xf16>, %b: i64, %c: vector<64xf32>) -> vector<64xf32> {
      %d = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<8xf16>, vector<64xf32>
      return %d : vector<64xf32>
    }
    ```
  }];
  let arguments = (ins StrAttr:$atom, AnyTypeOf<[AnyVectorOfNonZeroRank, I64]>:$a, I64:$b,
                       Optional<AnyVectorOfNonZeroRank>:$c, OptionalAttr<TypeAttr>:$element);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = [{
    $atom $a (`of` $element^)? `,` $b (`,` $c^)? attr-dict `:` type($a) `,` type($result)
  }];
  let extraClassDeclaration = [{
    /// The type of both operands' elements.
    ::mlir::Type getOperandType();
    /// Whether a is in shared memory.
    bool isShared() { return getElement().has_value(); }
  }];
  let hasVerifier = 1;
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_WARPGROUPOPS_TD
