//===- HummingTileOps.td - operations on tiles ----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops work on tiles of the whole block; async_commit and async_wait are one
// thread's view. The files included below have the others.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEOPS_TD

include "humming/Dialect/HummingTile/IR/HummingTileBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

// Objects of mbarriers, 8 bytes each, in shared memory.
def HummingTile_Mbarriers : MemRefRankOf<[I64], [1]>;

class HummingTile_Op<string opMnemonic, list<Trait> traits = []>
    : Op<HummingTile_Dialect, opMnemonic, traits>;

def HummingTile_YieldOp : HummingTile_Op<"yield",
    [Pure, Terminator, ParentOneOf<["ForeachOp", "PipelineOp", "MapOp"]>]> {
  let summary = "ends a region of this dialect";
  let description = [{
    The values are the results of one run of the region.

    Constraints:
    - C1: the region is one of foreach, pipeline or map.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` qualified(type($values)))? attr-dict";
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange()); }]>];
}

def HummingTile_ForeachOp : HummingTile_Op<"foreach", [SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "run the body for each piece of an output tile this block owns";
  let description = [{
    The output is `rows` x `cols`, cut into tiles; `depth` is the reduction, cut into units of `turn` tiles of k. A
    *piece* is a run of units of one tile. The body sees the tile's first row and column, the tile's number, the range
    of k, the number of the piece (its *slot* for a partial sum), the slot of the tile's first piece, how many pieces
    the tile has, and how many tiles of k this block has run before. Slots of one tile follow one another in the order
    of k; a slot belongs to one piece.

    Every (tile, unit) runs exactly once in the grid. `split s`: a block for each tile and slice, and a slice is
    ceil(units / s) units. `blocks B`: so many blocks (or one for each unit, where those are fewer) share all tiles.
    Each takes whole tiles in turn while there are two more for every block; the units of the other tiles, one tile
    behind another, are shared evenly, so that a block runs the end of one tile, whole tiles, and the start of another.

    `cluster C`: C tiles below one another run at the same time, piece by piece, in blocks of one cluster. `joined`: so
    do the slices of a tile. Of the C (joined: C x split) blocks of a cluster, rank r runs the tile at place r mod C, and,
    joined, slice r / C of it.

    `sets S`: the warps that the body is written for are one of S sets of a block, which take its pieces in turn: the body
    sees how many pieces the block has run before, too.

    Constraints:
    - C1: three tile sizes, turn, split, cluster and sets are positive, blocks is not negative.
    - C2: the body takes nine indices; with several sets a tenth, the number of the piece in its block.
    - C3: tiles are shared by slices or by blocks, not both.
    - C4: blocks are whole clusters.
    - C5: several sets share the tiles of `blocks`.

    Lowers to: the block number, divided; with `blocks`, in a loop (humming-tile-lower-foreach).

    ```mlir
    humming_tile.foreach (%n0, %m0, %tile, %lower, %upper, %slot, %first, %pieces, %done) in (%n, %m, %k)
        tile [64, 16, 64] turn 2 blocks 132 {
    }
    ```
  }];
  let arguments = (ins Index:$rows, Index:$cols, Index:$depth, DenseI64ArrayAttr:$tile,
                       DefaultValuedAttr<I64Attr, "1">:$turn, DefaultValuedAttr<I64Attr, "1">:$split,
                       DefaultValuedAttr<I64Attr, "0">:$blocks, DefaultValuedAttr<I64Attr, "1">:$cluster,
                       DefaultValuedAttr<I64Attr, "1">:$sets, UnitAttr:$joined);
  let regions = (region SizedRegion<1>:$body);
  let builders = [
    /// With an empty body: without its terminator.
    OpBuilder<(ins "::mlir::Value":$rows, "::mlir::Value":$cols, "::mlir::Value":$depth,
                   "::llvm::ArrayRef<int64_t>":$tile, CArg<"int64_t", "1">:$turn, CArg<"int64_t", "1">:$split,
                   CArg<"int64_t", "0">:$blocks, CArg<"int64_t", "1">:$cluster, CArg<"bool", "false">:$joined,
                   CArg<"int64_t", "1">:$sets)>
  ];
  let extraClassDeclaration = [{
    /// What the body sees, in order.
    enum Argument { Row, Col, Tile, Lower, Upper, Slot, First, Pieces, Done, Piece };
    /// How many of them: several sets of warps know a piece by its number.
    static unsigned numArguments(int64_t sets) { return sets > 1 ? Piece + 1 : unsigned(Piece); }
    ::mlir::BlockArgument get(Argument argument) { return getBody().getArgument(argument); }
    /// Blocks of a cluster.
    int64_t getClusterBlocks() { return getCluster() * (getJoined() ? getSplit() : 1); }
  }];
  let skipDefaultBuilders = 1;
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def HummingTile_PipelineOp : HummingTile_Op<"pipeline", [AttrSizedOperandSegments]> {
  let summary = "produce/consume loop over k through staged buffers";
  let description = [{
    For k = lower, lower + step, ... below upper: `produce` fills the next stage of the buffers, `consume` reads it
    and carries the fragments on. The one place of asynchrony: `copy` says which instructions fill the buffers
    (`sync`: through registers; `cp_async`; `tma`), and both regions name buffers without a stage, which
    humming-tile-expand-pipeline adds.

    Constraints:
    - C1: consume takes k and one fragment for each init, and yields them.
    - C2: produce takes k and yields nothing.
    - C3: at least one buffer; at least two stages, the same in every buffer.

    Lowers to: scf.for with a prologue (humming-tile-expand-pipeline).
  }];
  let arguments = (ins Index:$lower, Index:$upper, I64Attr:$step, StrAttr:$copy,
                       Variadic<HummingTile_SmemType>:$buffers, Variadic<HummingTile_FragType>:$inits);
  let results = (outs Variadic<HummingTile_FragType>:$results);
  let regions = (region SizedRegion<1>:$produce, SizedRegion<1>:$consume);
  let assemblyFormat = [{
    `from` $lower `to` $upper `step` $step `copy` $copy
    `buffers` `(` $buffers `:` qualified(type($buffers)) `)` (`iter` `(` $inits^ `:` qualified(type($inits)) `)`)?
    `produce` $produce `consume` $consume attr-dict (`->` qualified(type($results))^)?
  }];
  let hasVerifier = 1;
}

def HummingTile_AllocOp : HummingTile_Op<"alloc"> {
  let summary = "stages of a tile in shared memory";
  let description = [{
    `base` is the byte offset in the block's dynamic shared memory, set by
    humming-tile-allocate-shared. Lives from its first to its last use.
  }];
  let arguments = (ins OptionalAttr<I64Attr>:$base);
  let results = (outs Res<HummingTile_SmemType, "", [MemAlloc]>:$buffer);
  let assemblyFormat = "(`at` $base^)? attr-dict `:` qualified(type($buffer))";
}

def HummingTile_ViewOp : HummingTile_Op<"view", [Pure]> {
  let summary = "packed memory at a byte offset of a buffer";
  let description = [{
    Codes of 3, 5, 6 or 7 bits are packed as planes of 4, 2 and 1 bits, least
    significant first, one behind another in one buffer; a view is one of them.

    Constraints:
    - C1: the result has a layout.

    Lowers to: memref.view (humming-tile-distribute).

    ```mlir
    #plane = #humming_tile.layout<[[16, 2, 8], [8, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
    func.func @planes(%b: memref<?xi8>) -> memref<256x512x!humming.code<u2>, #plane> {
      %p = humming_tile.view %b at 0 : memref<?xi8> to memref<256x512x!humming.code<u2>, #plane>
      return %p : memref<256x512x!humming.code<u2>, #plane>
    }
    ```
  }];
  let arguments = (ins MemRefRankOf<[I8], [1]>:$source, I64Attr:$base);
  let results = (outs AnyMemRef:$result);
  let assemblyFormat = [{
    $source `at` $base attr-dict `:` qualified(type($source)) `to` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def HummingTile_CopyOp : HummingTile_Op<"copy", [AttrSizedOperandSegments]> {
  let summary = "a tile of global memory to shared memory";
  let description = [{
    `buffer[stage][r][c] = source[row + r][col + c]`. Elements outside a source without a layout are zero; a source
    with a layout is padded to whole tiles. With `gather` the columns are `source[row + r][gather[col + c]]`.
    `async`: completes at a wait for its group, else in order. `via` is the fragment layout by which the threads share
    the work, 16 bytes each time.

    Constraints:
    - C1: source and buffer have the same element type, the source two dimensions.
    - C2: `gather` has one dimension of i32, and its columns are read one by one: never `async`.

    Lowers to: cp.async, or loads and a store.
  }];
  let arguments = (ins Arg<AnyMemRef, "", [MemRead]>:$source, Index:$row, Index:$col,
                       Arg<HummingTile_SmemType, "", [MemWrite]>:$buffer, Optional<Index>:$stage,
                       Arg<Optional<AnyMemRef>, "", [MemRead]>:$gather,
                       UnitAttr:$async, OptionalAttr<HummingTile_LayoutAttr>:$via);
  let assemblyFormat = [{
    (`async` $async^)? $source `[` $row `,` $col `]` `to` $buffer (`stage` $stage^)?
    (`gather` `(` $gather^ `:` type($gather) `)`)? (`via` $via^)? attr-dict
    `:` qualified(type($source)) `to` qualified(type($buffer))
  }];
  let hasVerifier = 1;
}

def HummingTile_LoadOp : HummingTile_Op<"load", [AttrSizedOperandSegments]> {
  let summary = "shared or global memory to a fragment";
  let description = [{
    From a shared tile: the whole tile of one stage, or its column `column`. From a memref of two
    dimensions: the tile at (row, col). `transpose` reads element (r, c) of the fragment at (c, r) of the shared tile,
    or at memory (col + c, row + r) (`indices` are given in the memory's order). From a memref of one dimension, or
    with one column: the element of the fragment's row, the same for each column. Elements outside a memref
    without a layout read as zero. `plane b` keeps of each code the bits from b
    on that the fragment's unsigned code has room for. With `gather` column c of row-major memory is its
    column gather[c]; with `row_block b` row r of it is its row r / b.

    Constraints:
    - C1: element types agree; an unsigned code may be narrower in memory.
    - C2: a shared tile has the fragment's shape, or its rows where the fragment is one column of it; a memref has
          one or two dimensions, and an index for each.
    - C3: a stage or a column only for a shared tile, transpose only for memory of two dimensions,
          a plane only within the bits of a code.
    - C4: a gather (one dimension of i32) and a row_block (positive) only for a row-major memref of two dimensions
          that is not transposed.

    Lowers to: ldmatrix, vector loads or scalar loads (humming-tile-distribute).
  }];
  let arguments = (ins Arg<AnyType, "", [MemRead]>:$source, Variadic<Index>:$indices, Optional<Index>:$stage,
                       Arg<Optional<AnyMemRef>, "", [MemRead]>:$gather, UnitAttr:$transpose,
                       OptionalAttr<I64Attr>:$plane, OptionalAttr<I64Attr>:$column, OptionalAttr<I64Attr>:$row_block);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = [{
    $source (`[` $indices^ `]`)? (`stage` $stage^)? (`column` $column^)? (`transpose` $transpose^)? (`plane` $plane^)?
    (`row_block` $row_block^)? (`gather` `(` $gather^ `:` type($gather) `)`)? attr-dict
    `:` qualified(type($source)) `->` qualified(type($result))
  }];
  let builders = [OpBuilder<(ins "FragType":$result, "::mlir::Value":$source, "::mlir::ValueRange":$indices,
                                "::mlir::Value":$stage, "bool":$transpose),
      [{ build($_builder, $_state, result, source, indices, stage, /*gather=*/::mlir::Value(), transpose,
               /*plane=*/::mlir::IntegerAttr(), /*column=*/::mlir::IntegerAttr(),
               /*row_block=*/::mlir::IntegerAttr()); }]>];
  let hasVerifier = 1;
}

def HummingTile_StoreOp : HummingTile_Op<"store", [AttrSizedOperandSegments]> {
  let summary = "a fragment to shared or global memory";
  let description = [{
    The inverse of load. Elements outside a memref without a layout are not
    written. Where the layout has fewer threads than the block, the first threads write. With `at` the tile is that of
    another block of the cluster, by its rank; it is there when the mbarrier of that block has counted its bytes.

    Constraints:
    - C1: element types agree.
    - C2: a shared tile has the fragment's shape; a memref has one or two
          dimensions, and an index for each.
    - C3: a stage and a rank only for a shared tile, transpose only for memory of two dimensions.
    - C4: a rank beside an mbarrier, and for elements of 32 bits.

    Lowers to: vector stores or scalar stores (humming-tile-distribute).
  }];
  let arguments = (ins HummingTile_FragType:$value, Arg<AnyType, "", [MemWrite]>:$dest, Variadic<Index>:$indices,
                       Optional<Index>:$stage, Optional<Index>:$rank, Optional<HummingTile_Mbarriers>:$barriers,
                       Optional<Index>:$index, UnitAttr:$transpose);
  let assemblyFormat = [{
    $value `to` $dest (`[` $indices^ `]`)? (`stage` $stage^)? (`at` $rank^ `signal` $barriers `[` $index `]`)?
    (`transpose` $transpose^)? attr-dict
    `:` qualified(type($value)) `to` qualified(type($dest)) (`,` qualified(type($barriers))^)?
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$value, "::mlir::Value":$dest, "::mlir::ValueRange":$indices,
                                "::mlir::Value":$stage, "bool":$transpose),
      [{ build($_builder, $_state, value, dest, indices, stage, /*rank=*/::mlir::Value(),
               /*barriers=*/::mlir::Value(), /*index=*/::mlir::Value(), transpose); }]>];
  let hasVerifier = 1;
}

def HummingTile_SplatOp : HummingTile_Op<"splat", [Pure]> {
  let summary = "a fragment with one value everywhere";
  let description = [{
    Constraints:
    - C1: the scalar has the fragment's element type.
  }];
  let arguments = (ins AnyType:$value);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` qualified(type($result))";
  let hasVerifier = 1;
}

def HummingTile_DequantOp : HummingTile_Op<"dequant", [Pure, AttrSizedOperandSegments]> {
  let summary = "codes to the operand type of a matrix instruction";
  let description = [{
    `result[r][c] = round((value(codes[r][c]) - zero[r][c / g]) * scale[r][c / g] * 2^E)`
    where g = columns / columns of scale and E is the recipe's exponent (dequantExponent in DequantRecipe.h),
    0 for all but a few pairs of code and 16-bit operand. A zero point of the result's type is
    subtracted with a rounding of its own. Without zero, an unsigned code of b
    bits has zero point 2^(b-1). Without scale there is no product. `in_place`: E is what leaves a minifloat
    where its bits are put (alignedExponent).

    `codes` are the planes of a code of type `code`, least significant first.

    Constraints:
    - C1: the planes have the result's shape and, together, the code's bits.
    - C2: scale has the result's element type, or f16, and E is 0, where that is a float of 8 bits; as many rows, and
          a divisor of its columns.
    - C3: zero has the shape scale has, or has the rows of codes, and as elements bytes (`!humming.code<u8>`) or the
          result's type.
    - C4: table has one stage of 1 x 2^b values of the result's type, or of 256 x 64 for 16 values, which nothing writes
          after tabulate.
    - C5: in_place is for codes and types that have an alignedExponent, without scale.

    Lowers to: dequant_atom (humming-tile-distribute).
  }];
  let arguments = (ins Variadic<HummingTile_FragType>:$codes, Optional<HummingTile_FragType>:$scale,
                       Optional<HummingTile_FragType>:$zero, Optional<HummingTile_SmemType>:$table, TypeAttr:$code,
                       UnitAttr:$in_place);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = [{
    $code $codes (`scale` `(` $scale^ `:` qualified(type($scale)) `)`)? (`zero` `(` $zero^ `:` qualified(type($zero)) `)`)?
    (`table` `(` $table^ `:` qualified(type($table)) `)`)? attr-dict `:` qualified(type($codes)) `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def HummingTile_MmaOp : HummingTile_Op<"mma", [Pure, AllTypesMatch<["acc", "result"]>]> {
  let summary = "fragment multiply-accumulate with a named atom";
  let description = [{
    `result[n][m] = acc[n][m] + sum_k weights[n][k] * activations[m][k]`, by
    `warps` = [along n, along m], each owning a contiguous part. The sum is over all columns, or over
    `columns` = [first, count] of them. With `scales`, those of the weights (n x G) and of the activations (m x G),
    the product is `(weights[n][k] * scales0[n][h]) * (activations[m][k] * scales1[m][h])`, h = k / (columns / G).

    Constraints:
    - C1: weights are n x k, activations m x k, accumulators n x m.
    - C2: the atom exists for these element types.
    - C3: warps times the atom's shape divide the tile.
    - C4: `columns` lie in the tile and are whole atoms.
    - C5: scales are none, or those of both operands, of the type and in the groups that the atom takes.

    Lowers to: mma_atom (humming-tile-distribute).
  }];
  let arguments = (ins HummingTile_FragType:$weights, HummingTile_FragType:$activations,
                       HummingTile_FragType:$acc, Variadic<HummingTile_FragType>:$scales, StrAttr:$atom,
                       DenseI64ArrayAttr:$warps, OptionalAttr<DenseI64ArrayAttr>:$columns);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = [{
    $atom `warps` $warps (`columns` $columns^)? $weights `,` $activations `,` $acc
    (`scales` `(` $scales^ `:` qualified(type($scales)) `)`)? attr-dict
    `:` qualified(type($weights)) `,` qualified(type($activations)) `,` qualified(type($acc))
  }];
  let extraClassDeclaration = [{
    /// The atom of the table; null only where the op does not verify.
    const ::humming::MmaAtom *getTableEntry();
  }];
  let hasVerifier = 1;
}

def HummingTile_MapOp : HummingTile_Op<"map", [Pure, SingleBlock]> {
  let summary = "element-wise region on fragments";
  let description = [{
    The region takes one scalar of each input and yields one scalar. An input of one column
    gives it to every column, one of one row to every row.

    Constraints:
    - C1: inputs have the result's rows or one, and its columns or one.
    - C2: the region's arguments and yielded value have the element types.
  }];
  let arguments = (ins Variadic<HummingTile_FragType>:$inputs);
  let results = (outs HummingTile_FragType:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` $inputs `:` qualified(type($inputs)) `)` $body attr-dict `->` qualified(type($result))
  }];
  let hasVerifier = 1;
}

def HummingTile_ReduceOp : HummingTile_Op<"reduce", [AttrSizedOperandSegments, AllTypesMatch<["value", "result"]>]> {
  let summary = "sum over the pieces of an output tile";
  let description = [{
    Each of `pieces` blocks brings its partial sum of tile number `tile`, in a slot of its own: one of the `pieces`
    slots from `first` on. The ops behind this one in the same block run in one of these blocks only; its
    result is the sum in the order of the slots. A tile in one piece is its own sum.

    Through memory that is the last block to arrive, whichever it is. `partials` has room for a tile in each slot;
    `counters` holds zero for each tile before and after. Without them the blocks of a tile are of one cluster, slots
    in the order of ranks, and it is the first of them.

    Constraints:
    - C1: partials have one dimension and the value's element type.
    - C2: counters have one dimension of i32; they are there where partials are.

    Lowers to: stores, and an atomic increment or an mbarrier (humming-tile-lower-reduce).
  }];
  let arguments = (ins HummingTile_FragType:$value, Arg<Optional<AnyMemRef>, "", [MemRead, MemWrite]>:$partials,
                       Arg<Optional<AnyMemRef>, "", [MemRead, MemWrite]>:$counters, Index:$tile, Index:$slot,
                       Index:$first, Index:$pieces);
  let results = (outs HummingTile_FragType:$result);
  let assemblyFormat = [{
    $value `tile` $tile `slot` $slot `of` $pieces `from` $first (`through` $partials^ `,` $counters)? attr-dict
    `:` qualified(type($value)) (`,` qualified(type($partials))^ `,` qualified(type($counters)))?
  }];
  let hasVerifier = 1;
}

def HummingTile_AsyncCommitOp : HummingTile_Op<"async_commit"> {
  let summary = "make a group of the thread's asynchronous copies so far";
  let description = [{
    Of those since its last group; a group may be empty, so that groups can be counted.

    Lowers to: cp.async.commit_group.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_AsyncWaitOp : HummingTile_Op<"async_wait"> {
  let summary = "wait until at most `pending` of the thread's groups are in flight";
  let description = [{
    Makes the copies visible to this thread; a barrier behind it, to the block.

    Constraints:
    - C1: `pending` is at least 0.

    Lowers to: cp.async.wait_group.
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$pending);
  let assemblyFormat = "$pending attr-dict";
}

include "humming/Dialect/HummingTile/IR/AtomOps.td"
include "humming/Dialect/HummingTile/IR/BulkOps.td"
include "humming/Dialect/HummingTile/IR/ClusterOps.td"
include "humming/Dialect/HummingTile/IR/DependencyOps.td"
include "humming/Dialect/HummingTile/IR/MatrixOps.td"
include "humming/Dialect/HummingTile/IR/TableOps.td"
include "humming/Dialect/HummingTile/IR/WarpgroupOps.td"

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEOPS_TD
