// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline

// Three stages of cp.async: two tiles are in flight before the loop; each turn waits for the oldest (one
// group may still fly), starts the copy two tiles ahead into the stage just freed, and consumes.

// CHECK: #[[VIA:.+]] = #humming_tile.layout
// CHECK-LABEL: gpu.func @cp_async
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x256xf16>, %{{[^:]+}}: memref<?x64xf32>, %[[M0:[^:]+]]: index, %[[K:[^:]+]]: index, %[[INIT:[^:]+]]: !humming_tile.frag<64x16xf32>
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
// CHECK: %[[STEP:.+]] = arith.constant 64 : index

// The first two tiles. There may be fewer: a group may be empty, so that groups can be counted.
// CHECK: %[[K0:.+]] = arith.addi
// CHECK: %[[INSIDE:.+]] = arith.cmpi ult, %[[K0]], %[[K]] : index
// CHECK-NEXT: scf.if %[[INSIDE]] {
// CHECK-NEXT: humming_tile.copy async %[[A]][%[[M0]], %[[K0]]] to %[[BUFFER]] stage %{{.+}} via #[[VIA]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.async_commit
// CHECK: %[[K1:.+]] = arith.addi
// CHECK: %[[ONE:.+]] = arith.constant 1 : index
// CHECK: scf.if
// CHECK-NEXT: humming_tile.copy async %[[A]][%[[M0]], %[[K1]]] to %[[BUFFER]] stage %[[ONE]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.async_commit

// The loop counts in 32 bits.
// CHECK-DAG: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK-DAG: %[[ZERO32:.+]] = arith.index_castui %[[ZERO]] : index to i32
// CHECK-DAG: %[[TWO:.+]] = arith.constant 2 : index
// CHECK-DAG: %[[TWO32:.+]] = arith.index_castui %[[TWO]] : index to i32
// CHECK-DAG: %[[K32:.+]] = arith.index_castui %[[K]] : index to i32
// CHECK-DAG: %[[STEP32:.+]] = arith.index_castui %[[STEP]] : index to i32
// CHECK: %[[LOOP:.+]]:3 = scf.for %[[I32:.+]] = %{{.+}} to %[[K32]] step %[[STEP32]] iter_args(%[[ACC:.+]] = %[[INIT]], %[[READ32:.+]] = %[[ZERO32]], %[[WRITE32:.+]] = %[[TWO32]]) -> ({{.+}}, i32, i32) : i32
// CHECK-NEXT: %[[I:.+]] = arith.index_castui %[[I32]] : i32 to index
// CHECK-NEXT: %[[READ:.+]] = arith.index_castui %[[READ32]] : i32 to index
// CHECK-NEXT: %[[WRITE:.+]] = arith.index_castui %[[WRITE32]] : i32 to index
// CHECK-NEXT: humming_tile.async_wait 1
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[AHEAD:.+]] = arith.constant 128 : index
// CHECK-NEXT: %[[NEXT:.+]] = arith.addi %[[I]], %[[AHEAD]] : index
// CHECK-NEXT: %[[MORE:.+]] = arith.cmpi ult, %[[NEXT]], %[[K]] : index
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK-NEXT: humming_tile.copy async %[[A]][%[[M0]], %[[NEXT]]] to %[[BUFFER]] stage %[[WRITE]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.async_commit
// CHECK-NEXT: %[[TOKENS:.+]] = humming_tile.load %[[BUFFER]] stage %[[READ]]
// CHECK-NEXT: %[[SUM:.+]] = humming_tile.mma "m16n8k16" warps [4, 1] %{{.+}}, %[[TOKENS]], %[[ACC]]

// The stage of the products goes on, around the end; copies follow one behind.
// CHECK: %[[READ1:.+]] = arith.addi %[[READ32]]
// CHECK: %[[READ2:.+]] = arith.select %{{.+}}, %{{.+}}, %[[READ1]]
// CHECK: scf.yield %[[SUM]], %[[READ2]], %[[READ32]]
// CHECK: humming_tile.store %[[LOOP]]#0

#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
gpu.module @kernels {
  gpu.func @cp_async(%a: memref<?x256xf16>, %c: memref<?x64xf32>, %m0: index, %k: index, %init: !humming_tile.frag<64x16xf32>,
                     %w: !humming_tile.frag<64x64xf16>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async" buffers(%x : !humming_tile.smem<3x16x64xf16>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x256xf16> to !humming_tile.smem<3x16x64xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %t = humming_tile.load %x : !humming_tile.smem<3x16x64xf16> -> !humming_tile.frag<16x64xf16>
      %d = humming_tile.mma "m16n8k16" warps [4, 1] %w, %t, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }
}
