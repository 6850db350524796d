//===- Passes.td - passes on the tile dialect -----------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the tile form to the thread form, one contract each. Every pass runs on
// gpu.module and sees all its kernels.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_TD
#define HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

class HummingTilePass<string flag> : Pass<flag, "::mlir::gpu::GPUModuleOp"> {
  let dependentDialects = ["::humming::tile::HummingTileDialect", "::mlir::arith::ArithDialect",
                           "::mlir::gpu::GPUDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::nvgpu::NVGPUDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def VerifyOrder : HummingTilePass<"humming-tile-verify-order"> {
  let summary = "hold kernels to the order of addition that they promise";
  let description = [{
    Before: tile form. A kernel of a gemm of `order = fixed` has a `humming.order`.
    After: the same, without the attribute, and each of these kernels adds the products of an element in
    that order: slices of the promised length, whatever the number of tokens; one pipeline over each, which multiplies by
    the promised instruction, columns in rising order, in one sum or in parts of the promised length; slices added in
    their order. And no number of tokens, nor a tile's place among them, reaches anything but the
    place of an access. So two such kernels of the same order give equal bits for a token, whatever else they compute.
    Anything else is an error at the op that breaks the promise.

    ```
    error: 'humming_tile.foreach' op expected slices of 1024 values of k, got 512
    ```
  }];
}

def AssignLayouts : HummingTilePass<"humming-tile-assign-layouts"> {
  let summary = "give every fragment and buffer a layout";
  let description = [{
    Before: tile form, no layout but those of packed memory.
    After: every fragment and every shared tile has a layout, every copy a `via`,
    and each access is a whole instruction of its kind. Layouts flow from the
    atom of each mma outward: to its operands, through dequant to the codes and
    their scales, through map to epilogue operands; in kernels without an mma,
    from packed memory to the fragment stored there.

    ```
    // before
    %w = humming_tile.load %sw : !humming_tile.smem<2x64x64x!humming.code<u4>> -> !humming_tile.frag<64x64x!humming.code<u4>>
    // after
    %w = humming_tile.load %sw : !humming_tile.smem<2x64x64x!humming.code<u4>, #mem64x64> -> !humming_tile.frag<64x64x!humming.code<u4>, #frag64x64>
    ```
  }];
}

def ExpandPipeline : HummingTilePass<"humming-tile-expand-pipeline"> {
  let summary = "pipelines to loops over staged buffers";
  let description = [{
    Before: layouts assigned; asynchrony only inside humming_tile.pipeline.
    After: no pipeline is left. `cp_async`: a prologue fills all stages but one;
    each turn of the loop waits for the oldest group, starts the copies of the
    stage freed by the turn before, and consumes. `sync`: each turn loads the
    next tile to registers, consumes, then stores to the other stage.
    Every copy and load of a buffer has a stage.

    A `warpgroup_mma` must be all that a `cp_async` pipeline carries on, its last op, with at least three stages and an
    even number of tiles. Two tiles are one turn. For each: what its weights are made of has been read; make them and start
    the products; while they run, wait for the copies of the next tile, fence, barrier; start the copies into the stage of
    the tile before; read what the next tile's weights are made of. Where nothing is done to the sum between tiles and there
    are registers for the weights of both, the second tile's products are started before the first's are waited for.

    `tma` is for such pipelines: the kernel gets mbarriers, initialized at its start, and a tensor map for each row-major
    source; a region of one warp behind the block's has the copies, one lane's, with a wait for the stage to be left;
    the others wait for tiles and leave stages. Of several sets of warps each waits until the one before has seen the last
    tile of its piece.

    ```
    // before
    %r = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async" buffers(%sw : ...) iter(%zero : ...)
           produce { ... } consume { ... } -> ...
    // after
    %r:3 = scf.for %i = %c0 to %k step %c64 iter_args(%acc = %zero, %read = %c0, %write = %c1) {
      humming_tile.async_wait 2
      gpu.barrier
      ...
    }
    ```
  }];
}

def LowerForeach : HummingTilePass<"humming-tile-lower-foreach"> {
  let summary = "foreach to the block number";
  let description = [{
    Before: each kernel has one humming_tile.foreach.
    After: none is left, and the kernel has a humming_tile.launch whose grid runs
    every (tile, k) exactly once. Blocks of one weight tile are neighbours. Tiles of 128 columns and more
    run in bands of four tiles along the columns, all rows of a band before the next band, so that what the running
    blocks read stays in the L2 cache.

    With `blocks B`, of T tiles the first D = max(0, floor(T / B) - 1) B go round, block b running tiles b, b + B, ...
    The other R tiles of u units are a line of L = R u units, of which block b runs [b L / B, (b + 1) L / B) in one
    loop over tiles, in the same loop as the whole tiles. Tile t of them and block b meet in at most one piece,
    whose slot is t + b. Ahead of the body's first write to shared memory by threads there is a barrier, since others
    may still read what the piece before wrote there. mbarriers order what bulk copies write. Ahead of the first write to a
    buffer that a bulk_store reads there is a bulk_store_wait instead, and behind it a warpgroup_barrier.
    With `sets S` set s runs the pieces s, s + S, s + 2 S ... of its block.

    ```
    // before
    humming_tile.foreach (%n0, %m0, %tile, %lower, ...) in (%n, %m, %k) tile [64, 16, 64] { ... }
    // after
    %block = gpu.block_id x
    %m0 = ...
    ```
  }];
}

def LowerReduce : HummingTilePass<"humming-tile-lower-reduce"> {
  let summary = "sums over blocks to memory and an atomic counter";
  let description = [{
    Before: humming_tile.reduce joins the pieces of one output tile.
    After: none is left. Through memory each block stores its partial tile, then one thread
    increments the tile's counter; the block that finds it full adds all partial
    tiles in the order of their slots, resets the counter and goes on. The result
    does not depend on the order in which blocks arrive, and no block waits for another. Where the number of pieces is
    no constant, a tile in one piece goes on at once.

    In a cluster, whose size the kernel's launch states, blocks of the slices behind the first store their sums into the
    shared memory of the first one's block, which adds them in their order and goes on. The buffer is theirs from the
    start of the kernel on where it is small, else behind the products.
  }];
}

def SpecializeWarps : HummingTilePass<"humming-tile-specialize-warps"> {
  let summary = "warps that only copy beside those that multiply";
  let description = [{
    Before: no pipeline, foreach or reduce; `warps` regions may name warps behind the last of the block, and then the
    kernel's first block has a barrier.
    After: the block has these warps. What stands up to the first barrier all warps run; behind it there are two
    regions, of the warps that were there and of the added ones. Each has the control flow around its parts; the
    added warps keep of the rest only the numbers they need. Buffers are allocated once, ahead of both. Where `warp_sets`
    counts several sets of warps, the added ones are behind all of them, and each set has a region, with its number.

    ```
    // before, in a kernel of eight warps
    gpu.barrier
    scf.for ... { humming_tile.warps from 8 count 1 { copies }  products  gpu.barrier }
    // after, nine warps
    gpu.barrier
    humming_tile.warps from 8 count 1 { scf.for ... { copies } }
    humming_tile.warps from 0 count 8 { scf.for ... { products  gpu.barrier } }
    ```
  }];
}

def AllocateShared : HummingTilePass<"humming-tile-allocate-shared"> {
  let summary = "byte offsets of shared tiles";
  let description = [{
    Before: humming_tile.alloc without `at`.
    After: each has one, aligned to 1024 bytes (to 16 where it is shorter), and no two that live at a time overlap; the
    kernel's launch states the sum. A buffer lives from its first use to its last, and through all of a loop around
    them; one that other blocks of a cluster write, from the arrival on that they wait for. Between the last use of one
    and the first of another in its place all threads of the block meet. More than the architecture has is an error
    that lists the buffers.
  }];
  let options = [Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
                        "architecture whose limit of shared memory holds">];
}

def Distribute : HummingTilePass<"humming-tile-distribute"> {
  let summary = "the block's tiles to one thread's program";
  let description = [{
    Before: layouts assigned, shared memory allocated, no pipeline, foreach or reduce.
    After: thread form. Fragments are vectors, one for each atom; memory is
    flat, and bytes where its elements have at most eight bits; of humming_tile only the atoms,
    stmatrix, bulk_prefetch and what orders threads and kernels (async_wait, await_dependencies and their kin) are left. Accesses of row-major memory are masked where the tile may
    reach beyond it.

    ```
    // before
    %w = humming_tile.load %sw stage %s : !humming_tile.smem<...> -> !humming_tile.frag<...>
    // after
    %bytes = vector.load %view[%offset] : memref<?xi8, #gpu.address_space<workgroup>>, vector<16xi8>
    ```
  }];
  let options = [Option<"arch", "arch", "std::string", /*default=*/"\"sm_80\"",
                        "architecture whose instructions may move fragments">];
}

def ExpandDequant : HummingTilePass<"humming-tile-expand-dequant"> {
  let summary = "dequant_atom to integer and vector arithmetic and byte_permute";
  let description = [{
    Before: thread form.
    After: no dequant_atom is left; what replaces it equals the code table for
    every code. Recipes are chosen by properties of the code and operand type
    (docs/Numerics.md); a code without a recipe is an error that names it.
  }];
}

def InterleaveProducts : HummingTilePass<"humming-tile-interleave-products"> {
  let summary = "operands of warpgroups made under the products before";
  let description = [{
    Before: thread form without dequant_atom; each warpgroup_fence has a
    warpgroup_commit behind it in its block.
    After: of a group's products, from the fence to the commit, the atoms that
    multiply the same part of the tokens are a step. What only the operands of
    later steps need stands behind the step before the first of these, with a
    fence between it and the products; what reads memory stays where it was. A
    wait that left one group in flight leaves as many as there are now: each
    part of the group before it has a commit. Products that start from zero stay
    as they are where registers would not do.

        %w0 = ... ; %w1 = ...             %w0 = ...
        fence                             fence
        %c = atom %w0, %x0, %sum    ->    %c = atom %w0, %x0, %sum
        %d = atom %w1, %x1, %c            %w1 = ...
        commit                            fence
                                          %d = atom %w1, %x1, %c
                                          commit
  }];
}

#endif // HUMMING_DIALECT_HUMMINGTILE_TRANSFORMS_PASSES_TD
