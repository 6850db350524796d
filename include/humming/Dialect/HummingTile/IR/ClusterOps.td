//===- ClusterOps.td - blocks that reach each other's memory --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The blocks of a cluster run at the same time: they wait for each other and
// write each other's shared memory. What names a block by its rank elsewhere:
// mbarrier_arrive, bulk_copy.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_CLUSTEROPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_CLUSTEROPS_TD

def HummingTile_ClusterRankOp : HummingTile_Op<"cluster_rank", [Pure]> {
  let summary = "the block's number in its cluster";
  let description = [{
    The block's number modulo the blocks of a cluster.

    Lowers to: the special register cluster_ctarank.
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}

def HummingTile_ClusterArriveOp : HummingTile_Op<"cluster_arrive"> {
  let summary = "one thread's arrival at the barrier of the cluster";
  let description = [{
    What the thread did before is seen by whoever waits; not so with `relaxed`, which says that the thread has come here
    and no more. All threads of all blocks of the cluster arrive, but for those that have exited; so it stands in no
    branch that some of them do not take.

    Lowers to: barrier.cluster.arrive, which has a fence of the device; with `relaxed` without it.
  }];
  let arguments = (ins UnitAttr:$relaxed);
  let assemblyFormat = "(`relaxed` $relaxed^)? attr-dict";
}

def HummingTile_ClusterWaitOp : HummingTile_Op<"cluster_wait"> {
  let summary = "wait until all threads of the cluster have arrived";
  let description = [{
    Behind a cluster_arrive of the same thread.

    Lowers to: barrier.cluster.wait.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_ClusterStoreOp : HummingTile_Op<"cluster_store"> {
  let summary = "words to the shared memory of a block of the cluster";
  let description = [{
    Element `to` of what `memory` is in block `rank`, and those behind it. The store runs in the background and counts
    its bytes at the mbarrier of that block; who waits for the phase sees it. One thread's op.

    Constraints:
    - C1: the memory and the barriers are shared.
    - C2: the value is an element of the memory, of 32 bits, or a vector of 2 or 4.

    Lowers to: mapa, st.async.

    ```mlir
    func.func @pass(%v: vector<4xf32>, %memory: memref<?xf32, #gpu.address_space<workgroup>>,
                    %b: memref<1xi64, #gpu.address_space<workgroup>>, %index: index) {
      %rank = humming_tile.cluster_rank
      humming_tile.cluster_store %v to %memory[%index] at %rank signal %b[%index] : vector<4xf32>
        to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
      return
    }
    ```
  }];
  let arguments = (ins AnyType:$value, Arg<MemRefRankOf<[AnyType], [1]>, "", [MemWrite]>:$memory, Index:$to,
                       Index:$rank, HummingTile_Mbarriers:$barriers, Index:$index);
  let assemblyFormat = [{
    $value `to` $memory `[` $to `]` `at` $rank `signal` $barriers `[` $index `]` attr-dict
    `:` type($value) `to` qualified(type($memory)) `,` qualified(type($barriers))
  }];
  let hasVerifier = 1;
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_CLUSTEROPS_TD
