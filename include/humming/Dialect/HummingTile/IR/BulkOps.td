//===- BulkOps.td - bulk copies and the warp that starts them -------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// sm_90 copies whole runs and boxes with one instruction of one lane and counts
// their bytes in shared memory. So copies need a warp of their own, and warps
// wait for each other without a barrier of the block. Boxes go back to global
// memory in the same way; the thread that started them waits.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_BULKOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_BULKOPS_TD

def HummingTile_TensorMapAttr : HummingTile_Attr<"TensorMap", "tensor_map"> {
  let summary = "a tensor map that the host makes for a launch";
  let description = [{
    Kernel argument number `argument` is memory of rows of `cols` elements of `bits` bits, as many rows as the problem has
    tokens. Its tensor map has boxes of `box_rows` by `box_cols`, swizzled in lines of 128 bytes; elements outside read as
    zero and are not written. A kernel's maps are its last arguments but the number of tokens, 128 bytes each, in this order.
  }];
  let parameters = (ins "int64_t":$argument, "int64_t":$cols, "int64_t":$boxRows, "int64_t":$boxCols, "int64_t":$bits);
  let assemblyFormat = [{
    `<` `argument` `=` $argument `,` `cols` `=` $cols `,` `box_rows` `=` $boxRows `,` `box_cols` `=` $boxCols `,`
        `bits` `=` $bits `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Name under which a kernel carries an array of this attribute, from the tile form to the nvvm form.
    static constexpr ::llvm::StringLiteral getName() { return "humming_tile.tensor_maps"; }
  }];
}

def HummingTile_WarpsOp : HummingTile_Op<"warps", [SingleBlock, NoTerminator]> {
  let summary = "a region for some of the block's warps";
  let description = [{
    Warps `first` to `first + count - 1` run the region, the others go on behind it. A barrier in it is one among these
    warps, and its threads are counted from the first of them. Warps beyond the block's are added to it by
    humming-tile-specialize-warps.

    Constraints:
    - C1: first is not negative, count is positive.

    Lowers to: scf.if on the thread number (humming-tile-distribute).

    ```mlir
    humming_tile.warps from 8 count 1 {
      %leads = humming_tile.elect
    }
    ```
  }];
  let arguments = (ins I64Attr:$first, I64Attr:$count);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`from` $first `count` $count $body attr-dict";
  let hasVerifier = 1;
}

def HummingTile_WarpSetsOp : HummingTile_Op<"warp_sets", [Pure]> {
  let summary = "which of the block's sets of warps this is";
  let description = [{
    A kernel whose blocks have `count` sets of warps is written for one of them. The number of the set that runs it, and
    how many take the pieces in turn: the sets. Warps behind all sets run every piece; for them that is number 0, of 1.

    Constraints:
    - C1: count is at least 2.

    Lowers to: constants (humming-tile-specialize-warps).
  }];
  let arguments = (ins I64Attr:$count);
  let results = (outs Index:$number, Index:$sets);
  let builders = [OpBuilder<(ins "int64_t":$count), [{
    ::mlir::Type index = $_builder.getIndexType();
    build($_builder, $_state, index, index, count);
  }]>];
  let assemblyFormat = "$count attr-dict";
  let hasVerifier = 1;
}

def HummingTile_MaxRegistersOp : HummingTile_Op<"max_registers"> {
  let summary = "another number of registers for each thread of a warpgroup";
  let description = [{
    All four warps arrive. `more` says that the number grows: then they wait until others have given theirs back.

    Constraints:
    - C1: count is a multiple of 8 from 24 to 256.

    Lowers to: setmaxnreg.
  }];
  let arguments = (ins I32Attr:$count, UnitAttr:$more);
  let assemblyFormat = "(`more` $more^)? $count attr-dict";
  let hasVerifier = 1;
}

def HummingTile_ElectOp : HummingTile_Op<"elect"> {
  let summary = "true in some lanes of the warp";
  let description = [{
    All lanes of the warp arrive, and what they did before comes before what the elected do: one lane, or the first
    `count`.

    Constraints:
    - C1: count is 1 to 32.

    Lowers to: bar.warp.sync, and elect.sync or a comparison of lanes.
  }];
  let arguments = (ins DefaultValuedAttr<I32Attr, "1">:$count);
  let results = (outs I1:$result);
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, $_builder.getI1Type(), 1); }]>];
  let assemblyFormat = "($count^)? attr-dict";
  let hasVerifier = 1;
}

def HummingTile_NamedBarrierOp : HummingTile_Op<"named_barrier"> {
  let summary = "a barrier among some of the block's threads";
  let description = [{
    Barrier number `id` of the block, or `id + plus`, for whole warps with `threads` threads together. Number 0 is
    gpu.barrier.

    Constraints:
    - C1: id is 1 to 15; threads is a positive multiple of 32.

    Lowers to: barrier.sync with a number of threads.
  }];
  let arguments = (ins I32Attr:$id, Optional<Index>:$plus, I32Attr:$threads);
  let assemblyFormat = "$id (`plus` $plus^)? `threads` $threads attr-dict";
  let hasVerifier = 1;
}

def HummingTile_WarpgroupBarrierOp : HummingTile_Op<"warpgroup_barrier"> {
  let summary = "a barrier among the threads of each warpgroup";
  let description = [{
    What the threads of a warpgroup did before is seen by all of them behind it. Warpgroups do not wait for each other.

    Lowers to: named_barrier, a number for each warpgroup (humming-tile-distribute).
  }];
  let assemblyFormat = "attr-dict";
}

class HummingTile_MbarrierOp<string opMnemonic> : HummingTile_Op<"mbarrier_" # opMnemonic> {
  dag mbarrier = (ins HummingTile_Mbarriers:$barriers, Index:$index);
  let hasVerifier = 1;
}

def HummingTile_MbarrierInitOp : HummingTile_MbarrierOp<"init"> {
  let summary = "an mbarrier in its first phase";
  let description = [{
    A phase is complete when `count` arrivals and all bytes that they expect have come; then the next begins. One
    thread initializes; a mbarrier_fence and a barrier of the block go before the first use.

    Constraints:
    - C1: the barriers are in shared memory.
    - C2: count is positive.

    Lowers to: mbarrier.init.
  }];
  let arguments = !con(mbarrier, (ins I32Attr:$count));
  let assemblyFormat = "$barriers `[` $index `]` `count` $count attr-dict `:` qualified(type($barriers))";
}

def HummingTile_MbarrierFenceOp : HummingTile_Op<"mbarrier_fence"> {
  let summary = "show initialized mbarriers to bulk copies";
  let description = [{
    Lowers to: fence.mbarrier_init.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_MbarrierArriveOp : HummingTile_MbarrierOp<"arrive"> {
  let summary = "one arrival at an mbarrier";
  let description = [{
    What the thread did before is seen by whoever waits for the phase. With `expect` the phase also waits for so many
    bytes of bulk copies. With `at` the mbarrier is that of a block of the cluster, by its rank, and the arrival orders what
    the thread has read alone: what it has written is for others of its own block.

    Constraints:
    - C1: the barriers are in shared memory.
    - C2: a block expects bytes at its own mbarriers.

    Lowers to: mbarrier.arrive, mbarrier.arrive.expect_tx; with a rank to mapa, mbarrier.arrive.shared::cluster.
  }];
  let arguments = !con(mbarrier, (ins Optional<Index>:$rank, OptionalAttr<I32Attr>:$expect));
  let assemblyFormat = [{
    $barriers `[` $index `]` (`at` $rank^)? (`expect` $expect^)? attr-dict `:` qualified(type($barriers))
  }];
}

def HummingTile_MbarrierWaitOp : HummingTile_MbarrierOp<"wait"> {
  let summary = "wait until a phase of an mbarrier is complete";
  let description = [{
    Phases alternate in parity, from 0; the phase is the one of that parity that is running or was the last to end. Of a
    new barrier the phase of parity 1 has ended.

    Constraints:
    - C1: the barriers are in shared memory.

    Lowers to: a loop around mbarrier_try_wait (humming-tile-distribute).
  }];
  let arguments = !con(mbarrier, (ins I32:$parity));
  let assemblyFormat = "$barriers `[` $index `]` `parity` $parity attr-dict `:` qualified(type($barriers))";
}

def HummingTile_MbarrierTryWaitOp : HummingTile_MbarrierOp<"try_wait"> {
  let summary = "wait a while for a phase of an mbarrier";
  let description = [{
    As mbarrier_wait, but for a time of the machine's choice; tells whether the phase is complete.

    Constraints:
    - C1: the barriers are in shared memory.

    Lowers to: mbarrier.try_wait.parity.
  }];
  let arguments = !con(mbarrier, (ins I32:$parity));
  let results = (outs I1:$result);
  let assemblyFormat = "$barriers `[` $index `]` `parity` $parity attr-dict `:` qualified(type($barriers))";
}

def HummingTile_BulkCopyOp : HummingTile_Op<"bulk_copy", [AttrSizedOperandSegments]> {
  let summary = "a tile of global memory to shared memory, by one thread";
  let description = [{
    `buffer[stage][r][c] = source[row + r][col + c]`. The copy runs in the background and counts its bytes at an
    mbarrier. From memory with a layout: runs of it that lie together in the buffer. From row-major memory of a tensor map:
    boxes of lines of 128 bytes; elements outside are zero. With `multicast` the box is a part of the tile, from row `part`
    of the buffer on, and goes to all blocks of the cluster whose ranks are bits of `mask`; each counts its bytes at its own
    mbarrier.

    Constraints:
    - C1: the barriers are in shared memory.
    - C2: the source is a tensor map, or memory with a layout and the buffer's element type.
    - C3: only boxes are multicast.

    Lowers to: bulk_run or bulk_box (humming-tile-distribute).
  }];
  let arguments = (ins AnyType:$source, Index:$row, Index:$col, Arg<HummingTile_SmemType, "", [MemWrite]>:$buffer,
                       Index:$stage, HummingTile_Mbarriers:$barriers, Index:$index, Optional<Index>:$part,
                       Optional<I16>:$mask);
  let assemblyFormat = [{
    $source `[` $row `,` $col `]` `to` $buffer `stage` $stage `signal` $barriers `[` $index `]`
    (`part` $part^ `multicast` $mask)? attr-dict
    `:` qualified(type($source)) `to` qualified(type($buffer)) `,` qualified(type($barriers))
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkRunOp : HummingTile_Op<"bulk_run"> {
  let summary = "one run of bytes to shared memory";
  let description = [{
    Copies `bytes` bytes from element `from` of the source to element `to` of the destination, in the background, and counts
    them at an mbarrier.

    Constraints:
    - C1: the barriers are in shared memory.
    - C2: bytes is a positive multiple of 16.
    - C3: source and destination have one element type, the destination is shared.

    Lowers to: cp.async.bulk.
  }];
  let arguments = (ins Arg<MemRefRankOf<[AnyType], [1]>, "", [MemRead]>:$source, Index:$from,
                       Arg<MemRefRankOf<[AnyType], [1]>, "", [MemWrite]>:$dest, Index:$to, I32Attr:$bytes,
                       HummingTile_Mbarriers:$barriers, Index:$index);
  let assemblyFormat = [{
    $source `[` $from `]` `to` $dest `[` $to `]` `bytes` $bytes `signal` $barriers `[` $index `]` attr-dict
    `:` qualified(type($source)) `to` qualified(type($dest)) `,` qualified(type($barriers))
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkBoxOp : HummingTile_Op<"bulk_box"> {
  let summary = "one box of a tensor to shared memory";
  let description = [{
    Copies the map's box at (row, column) of its tensor to element `to` of the destination, in the background, and
    counts its bytes at an mbarrier. Elements outside the tensor are zero. With `multicast` it goes to the same place in all
    blocks of the cluster whose ranks are bits of `mask`, and each counts its bytes at its own mbarrier.

    Constraints:
    - C1: the barriers are in shared memory.
    - C2: the source is a tensor map, the destination is shared.

    Lowers to: cp.async.bulk.tensor.2d.
  }];
  let arguments = (ins AnyType:$map, Index:$row, Index:$col,
                       Arg<MemRefRankOf<[AnyType], [1]>, "", [MemWrite]>:$dest, Index:$to,
                       HummingTile_Mbarriers:$barriers, Index:$index, Optional<I16>:$mask);
  let assemblyFormat = [{
    $map `[` $row `,` $col `]` `to` $dest `[` $to `]` `signal` $barriers `[` $index `]` (`multicast` $mask^)? attr-dict
    `:` qualified(type($map)) `to` qualified(type($dest)) `,` qualified(type($barriers))
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkStoreOp : HummingTile_Op<"bulk_store"> {
  let summary = "a shared tile to global memory, by the first thread of each warpgroup";
  let description = [{
    `tensor[row + c][col + r] = buffer[stage][r][c]`, where the tensor has it: elements outside are not written. Warpgroups
    share the rows r evenly, in their order, as they do those of their products. The store reads the buffer in the
    background until a bulk_store_wait of that thread. What threads of the warpgroup have written to its rows, a proxy_fence
    of each of them and a warpgroup_barrier go before it.

    Constraints:
    - C1: the destination is a tensor map whose boxes are the buffer's columns, of its elements.

    Lowers to: bulk_box_store, one for each box (humming-tile-distribute).

    ```mlir
    #lines = #humming_tile.layout<[[2, 64], [16]] offset [0, 2, 1] swizzle 128>
    !map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b,
                                       l2promo = none, oob = zero, interleave = none>
    func.func @leave(%y: !map, %m: index, %n: index, %sy: !humming_tile.smem<1x128x16xf16, #lines>) {
      humming_tile.bulk_store %sy to %y[%m, %n] : !humming_tile.smem<1x128x16xf16, #lines> to !map
      return
    }
    ```
  }];
  let arguments = (ins Arg<HummingTile_SmemType, "", [MemRead]>:$buffer, Optional<Index>:$stage,
                       Arg<AnyType, "", [MemWrite]>:$map, Index:$row, Index:$col);
  let assemblyFormat = [{
    $buffer (`stage` $stage^)? `to` $map `[` $row `,` $col `]` attr-dict
    `:` qualified(type($buffer)) `to` qualified(type($map))
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkBoxStoreOp : HummingTile_Op<"bulk_box_store"> {
  let summary = "one box of shared memory to a tensor";
  let description = [{
    Copies from element `from` of the source on to the map's box at (row, column) of its tensor, in the background. Elements
    outside the tensor are not written. One thread's op.

    Constraints:
    - C1: the source is shared.
    - C2: the destination is a tensor map.

    Lowers to: cp.async.bulk.tensor.2d, and cp.async.bulk.commit_group.
  }];
  let arguments = (ins Arg<MemRefRankOf<[AnyType], [1]>, "", [MemRead]>:$source, Index:$from,
                       Arg<AnyType, "", [MemWrite]>:$map, Index:$row, Index:$col);
  let assemblyFormat = [{
    $source `[` $from `]` `to` $map `[` $row `,` $col `]` attr-dict
    `:` qualified(type($source)) `to` qualified(type($map))
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkStoreWaitOp : HummingTile_Op<"bulk_store_wait"> {
  let summary = "wait until the thread's bulk stores have read shared memory";
  let description = [{
    A barrier behind it tells the other threads. A thread that has started none goes on.

    Lowers to: cp.async.bulk.wait_group.read.
  }];
  let assemblyFormat = "attr-dict";
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_BULKOPS_TD
