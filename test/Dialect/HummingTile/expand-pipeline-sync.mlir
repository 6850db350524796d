// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline

// Without asynchronous copies: each turn reads the next tile into registers, consumes the present one, then
// stores the next one to the other stage. One barrier a turn: nobody reads the stage that is written.

// CHECK-LABEL: gpu.func @sync
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x256xf16>, %{{[^:]+}}: memref<?x64xf32>, %[[M0:[^:]+]]: index, %[[K:[^:]+]]: index, %[[INIT:[^:]+]]: !humming_tile.frag<64x16xf32>
// CHECK: %[[BUFFER:.+]] = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
// CHECK: %[[STEP:.+]] = arith.constant 64 : index
// CHECK: %[[FIRST:.+]] = humming_tile.load %[[A]][%[[M0]], %{{.+}}] : memref<?x256xf16> -> !humming_tile.frag<16x64xf16, #{{.+}}>
// CHECK: %[[ZERO:.+]] = arith.constant 0 : index
// CHECK-NEXT: humming_tile.store %[[FIRST]] to %[[BUFFER]] stage %[[ZERO]]
// CHECK-NEXT: gpu.barrier

// The last turn reads its own tile again rather than one beyond the end.
// CHECK: %[[LAST:.+]] = arith.subi %[[K]], %[[STEP]] : index
// CHECK: %[[ZERO1:.+]] = arith.constant 0 : index
// CHECK: %[[LOOP:.+]]:2 = scf.for %[[I:.+]] = %{{.+}} to %[[K]] step %[[STEP]] iter_args(%[[ACC:.+]] = %[[INIT]], %[[READ:.+]] = %[[ZERO1]])
// CHECK-NEXT: %[[AHEAD:.+]] = arith.addi %[[I]], %[[STEP]] : index
// CHECK-NEXT: %[[NEXT:.+]] = arith.minui %[[AHEAD]], %[[LAST]] : index
// CHECK-NEXT: %[[WAITING:.+]] = humming_tile.load %[[A]][%[[M0]], %[[NEXT]]]
// CHECK-NEXT: %[[TOKENS:.+]] = humming_tile.load %[[BUFFER]] stage %[[READ]]
// CHECK-NEXT: %[[SUM:.+]] = humming_tile.mma "m16n8k16" warps [4, 1] %{{.+}}, %[[TOKENS]], %[[ACC]]
// CHECK: %[[WRITE:.+]] = arith.select
// CHECK-NEXT: humming_tile.store %[[WAITING]] to %[[BUFFER]] stage %[[WRITE]]
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: scf.yield %[[SUM]], %[[WRITE]]
// CHECK: humming_tile.store %[[LOOP]]#0

#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
gpu.module @kernels {
  gpu.func @sync(%a: memref<?x256xf16>, %c: memref<?x64xf32>, %m0: index, %k: index, %init: !humming_tile.frag<64x16xf32>,
                     %w: !humming_tile.frag<64x64xf16>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "sync" buffers(%x : !humming_tile.smem<2x16x64xf16>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x256xf16> to !humming_tile.smem<2x16x64xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %t = humming_tile.load %x : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
      %d = humming_tile.mma "m16n8k16" warps [4, 1] %w, %t, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }
}
