//===- DependencyOps.td - a kernel and the one before it ------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel may start while the one before it in its stream still runs: when it
// lets others start, what it waits for, and what it asks for meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_DEPENDENCYOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_DEPENDENCYOPS_TD

def HummingTile_ReleaseDependentsOp : HummingTile_Op<"release_dependents"> {
  let summary = "from here on, dependent kernels may start";
  let description = [{
    A kernel that was launched as dependent on this one may start when every block of this one has come
    here or has ended. It says nothing about what this kernel has written: that is await_dependencies' matter.

    Lowers to: griddepcontrol.launch_dependents; before sm_90, where kernels follow one another, to nothing.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_AwaitDependenciesOp : HummingTile_Op<"await_dependencies"> {
  let summary = "the kernels before this one have ended";
  let description = [{
    Behind this op the thread sees all that earlier kernels of the stream have written, and may write what they
    have read. In front of it a kernel that was launched as dependent may touch only memory that the kernel before it
    does not write.

    Lowers to: griddepcontrol.wait; before sm_90 to nothing.
  }];
  let assemblyFormat = "attr-dict";
}

def HummingTile_PrefetchOp : HummingTile_Op<"prefetch"> {
  let summary = "ask a tile of packed memory into the L2 cache";
  let description = [{
    The tile is rows [row, row + rows) and columns [first, last) of `source`. Nothing is read, so there is nothing to wait
    for; who reads the tile later finds it closer. The threads of the block share the tile's runs, the parts that lie
    together: all columns of some rows, or all rows of one column.

    Constraints:
    - C1: `rows` is positive and a multiple of the weight of the source's outermost mode of rows.
    - C2: what the source's outermost modes leave is one run of whole 16 bytes, and the tile makes longer runs of them
          along its rows or its columns.

    `row`, `first` and `last` are multiples of the weights of the outermost modes.

    Lowers to: bulk_prefetch, one for each run (humming-tile-distribute).

    ```mlir
    #plane = #humming_tile.layout<[[16, 2, 8], [8, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
    func.func @soon(%w: memref<256x512x!humming.code<u4>, #plane>, %row: index, %first: index, %last: index) {
      humming_tile.prefetch %w[%row, %first to %last] rows 64 : memref<256x512x!humming.code<u4>, #plane>
      return
    }
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Index:$row, Index:$first, Index:$last, I64Attr:$rows);
  let assemblyFormat = [{
    $source `[` $row `,` $first `to` $last `]` `rows` $rows attr-dict `:` qualified(type($source))
  }];
  let extraClassDeclaration = [{
    /// Whether the columns of a tile lie together, so that a run is all of some rows; else a run is all rows of
    /// some columns. Nothing where the source's layout has no runs (C2).
    std::optional<bool> joinsColumns();
    /// Elements of a run's part that the outermost modes step over.
    int64_t getPartElements();
  }];
  let hasVerifier = 1;
}

def HummingTile_BulkPrefetchOp : HummingTile_Op<"bulk_prefetch"> {
  let summary = "ask a run of global memory into the L2 cache";
  let description = [{
    `bytes` bytes from element `offset` on, both multiples of 16 bytes. One thread's op.

    Lowers to: cp.async.bulk.prefetch.L2 (sm_90).
  }];
  let arguments = (ins MemRefRankOf<[AnyType], [1]>:$source, Index:$offset, Index:$bytes);
  let assemblyFormat = "$source `[` $offset `]` `bytes` $bytes attr-dict `:` qualified(type($source))";
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_DEPENDENCYOPS_TD
