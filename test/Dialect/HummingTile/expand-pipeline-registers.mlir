// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline

// Copies that cp.async cannot make, beside one that it can: gathered columns, and rows of 99 f16 that start
// at no multiple of 4 bytes. Ahead of the loop they are made at once; in it, their tiles are read ahead of the
// products and stored behind them, in the stage that all threads have left. Beyond the end that is the last
// tile once more.

// CHECK-LABEL: gpu.func @rest
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x256xf16>, %[[P:[^:]+]]: memref<256xi32>, %[[ODD:[^:]+]]: memref<?x99xf16>, %[[EVEN:[^:]+]]: memref<?x98xf16>, %{{[^:]+}}: index, %[[K:[^:]+]]: index,
// CHECK: scf.if
// CHECK-NEXT: humming_tile.copy %[[A]][%{{.+}}] to %[[X:[^ ]+]] stage %{{[^ ]+}} gather(%[[P]] : memref<256xi32>)
// CHECK-NEXT: humming_tile.copy %[[ODD]][%{{.+}}] to %[[Y:[^ ]+]] stage
// CHECK-NEXT: humming_tile.copy async %[[EVEN]]
// CHECK-NEXT: }
// CHECK: %[[LAST:.+]] = arith.subi %[[K]], %{{.+}} : index
// CHECK: scf.for
// CHECK: humming_tile.async_wait 0
// CHECK-NEXT: gpu.barrier
// CHECK: scf.if
// CHECK-NEXT: humming_tile.copy async %[[EVEN]][%{{.+}}] to %{{.+}} stage %[[WRITE:[^ ]+]]
// CHECK-NEXT: }
// CHECK: %[[NEXT:.+]] = arith.minui %{{.+}}, %[[LAST]] : index
// CHECK-NEXT: %[[N0:.+]] = humming_tile.load %[[A]][%{{.+}}, %[[NEXT]]] gather(%[[P]] : memref<256xi32>)
// CHECK-NEXT: %[[N1:.+]] = humming_tile.load %[[ODD]][%{{.+}}, %[[NEXT]]] :
// CHECK: humming_tile.mma
// CHECK-NEXT: humming_tile.store %[[N0]] to %[[X]] stage %[[WRITE]]
// CHECK-NEXT: humming_tile.store %[[N1]] to %[[Y]] stage %[[WRITE]]

#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
gpu.module @kernels {
  gpu.func @rest(%a: memref<?x256xf16>, %p: memref<256xi32>, %odd: memref<?x99xf16>, %even: memref<?x98xf16>, %m0: index,
                 %k: index, %init: !humming_tile.frag<64x16xf32>, %w: !humming_tile.frag<64x64xf16>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %y = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %z = humming_tile.alloc : !humming_tile.smem<2x16x64xf16>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x, %y, %z : !humming_tile.smem<2x16x64xf16>, !humming_tile.smem<2x16x64xf16>, !humming_tile.smem<2x16x64xf16>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x gather(%p : memref<256xi32>) via #via
        : memref<?x256xf16> to !humming_tile.smem<2x16x64xf16>
      humming_tile.copy %odd[%m0, %i] to %y via #via : memref<?x99xf16> to !humming_tile.smem<2x16x64xf16>
      humming_tile.copy %even[%m0, %i] to %z via #via : memref<?x98xf16> to !humming_tile.smem<2x16x64xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %t = humming_tile.load %x : !humming_tile.smem<2x16x64xf16> -> !humming_tile.frag<16x64xf16>
      %d = humming_tile.mma "m16n8k16" warps [4, 1] %w, %t, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.frag<16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    gpu.return
  }
}
