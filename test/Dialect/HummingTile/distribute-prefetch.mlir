// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Tiles of 64 rows. Of weights, the columns of 16 rows lie together: four runs, as long as there are columns. Of scales,
// the rows of one group: 64 of them, a run for each group. Threads take runs in turn.

// CHECK-LABEL: gpu.func @prefetch
// CHECK-SAME: (%[[W:.+]]: memref<?xi8, {{.+}}>, %[[S:.+]]: memref<?xf16, {{.+}}>, %[[ROW:.+]]: index, %[[FIRST:.+]]: index, %[[LAST:.+]]: index)
// CHECK: %[[T:.+]] = gpu.thread_id x
// CHECK: humming_tile.release_dependents
// CHECK: %[[C16:.+]] = arith.constant 16 : index
// CHECK: %[[STRIP:.+]] = arith.divui %[[ROW]], %[[C16]]
// CHECK: %[[C64:.+]] = arith.constant 64 : index
// CHECK: %[[BEGIN:.+]] = arith.divui %[[FIRST]], %[[C64]]
// CHECK: %[[END:.+]] = arith.divui %[[LAST]],
// CHECK: %[[STRIPS:.+]] = arith.constant 4 : index
// CHECK: %[[PARTS:.+]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK: %[[PART_BYTES:.+]] = arith.constant 512 : index
// CHECK: %[[BYTES:.+]] = arith.muli %[[PARTS]], %[[PART_BYTES]]
// CHECK: %[[STRIP_STRIDE:.+]] = arith.constant 8192 : index
// CHECK: %[[BELOW:.+]] = arith.muli %[[STRIP]], %[[STRIP_STRIDE]]
// CHECK: %[[PART_STRIDE:.+]] = arith.constant 1024 : index
// CHECK: %[[BEHIND:.+]] = arith.muli %[[BEGIN]], %[[PART_STRIDE]]
// CHECK: %[[ORIGIN:.+]] = arith.addi %[[BELOW]], %[[BEHIND]]
// CHECK: %[[THREADS:.+]] = arith.constant 128 : index
// CHECK: scf.for %[[NUMBER:.+]] = %[[T]] to %[[STRIPS]] step %[[THREADS]] {
// CHECK: %[[STRIDE:.+]] = arith.constant 8192 : index
// CHECK: %[[OWN:.+]] = arith.muli %[[NUMBER]], %[[STRIDE]]
// CHECK: %[[CODE:.+]] = arith.addi %[[ORIGIN]], %[[OWN]]
// CHECK: %[[TWO:.+]] = arith.constant 2 : index
// CHECK: %[[BYTE:.+]] = arith.divui %[[CODE]], %[[TWO]]
// CHECK: humming_tile.bulk_prefetch %[[W]][%[[BYTE]]] bytes %[[BYTES]]

// CHECK: %[[BLOCK:.+]] = arith.divui %[[ROW]],
// CHECK: %[[GROUPS:.+]] = arith.subi %[[LAST]], %[[FIRST]]
// CHECK: %[[ROW_BYTES:.+]] = arith.constant 128 : index
// CHECK: %[[SCALE_BYTES:.+]] = arith.muli %{{.+}}, %[[ROW_BYTES]]
// CHECK: scf.for %[[GROUP:.+]] = %[[T]] to %[[GROUPS]] step
// CHECK: %[[GROUP_STRIDE:.+]] = arith.constant 256 : index
// CHECK: %[[OF_GROUP:.+]] = arith.muli %[[GROUP]], %[[GROUP_STRIDE]]
// CHECK: %[[SCALE:.+]] = arith.addi %{{.+}}, %[[OF_GROUP]]
// CHECK: humming_tile.bulk_prefetch %[[S]][%[[SCALE]]] bytes %[[SCALE_BYTES]]
// CHECK: humming_tile.await_dependencies
#weights = #humming_tile.layout<[[16, 2, 8], [8, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scales = #humming_tile.layout<[[4, 8, 8], [32]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  gpu.func @prefetch(%w: memref<256x512x!humming.code<u4>, #weights>, %s: memref<256x32xf16, #scales>, %row: index,
                     %first: index, %last: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    humming_tile.release_dependents
    humming_tile.prefetch %w[%row, %first to %last] rows 64 : memref<256x512x!humming.code<u4>, #weights>
    humming_tile.prefetch %s[%row, %first to %last] rows 64 : memref<256x32xf16, #scales>
    humming_tile.await_dependencies
    gpu.return
  }
}
