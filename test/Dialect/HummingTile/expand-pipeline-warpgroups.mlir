// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline --implicit-check-not=warpgroup_wait

// Two tiles a turn. The second one's products start before the first one's are waited for; the stage of the tile before is
// filled anew and the next tile's weights are read while products run. Activations are read where they are: no load of them.

// CHECK-LABEL: gpu.func @warpgroups
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x256xf16>, %{{[^:]+}}: memref<?x64xf32>, %[[M0:[^:]+]]: index, %[[K:[^:]+]]: index, %[[INIT:[^:]+]]: !humming_tile.frag<64x16xf32>)
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<4x16x64xf16>
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<4x64x64xf16>

// Three tiles are on their way, one of them has to be there for its weights.
// CHECK-COUNT-3: humming_tile.async_commit
// CHECK-NEXT: humming_tile.async_wait 2
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK: %[[W0:.+]] = humming_tile.load %[[W]] stage
// CHECK: %[[TURN:.+]] = arith.constant 128 : index
// CHECK: %[[LOOP:.+]]:4 = scf.for %[[I:.+]] = %{{.+}} to %[[K]] step %[[TURN]] iter_args(%[[SUM:.+]] = %[[INIT]], %[[READ:.+]] = %{{.+}}, %[[WRITE:.+]] = %{{.+}}, %[[EVEN:.+]] = %[[W0]])

// The first tile. Behind the barrier all warps have waited for the products of the tile before, so its stage is free.
// CHECK-NEXT: %[[S0:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[EVEN]], %[[X]] stage %[[READ]], %[[SUM]]
// Of four stages the second tile's never is the first again.
// CHECK: %[[ONE:.+]] = arith.constant 1 : index
// CHECK-NEXT: %[[READ1:.+]] = arith.addi %[[READ]], %[[ONE]] overflow<nuw> : index
// CHECK-NEXT: humming_tile.async_wait 1
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[AHEAD:.+]] = arith.constant 192 : index
// CHECK-NEXT: %[[K3:.+]] = arith.addi %[[I]], %[[AHEAD]] : index
// CHECK-NEXT: %[[MORE:.+]] = arith.cmpi ult, %[[K3]], %[[K]] : index
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK-NEXT: humming_tile.copy async %[[A]][%[[M0]], %[[K3]]] to %[[X]] stage %[[WRITE]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.async_commit
// CHECK: %[[WRITE1:.+]] = arith.select
// CHECK-NEXT: %[[ODD:.+]] = humming_tile.load %[[W]] stage %[[READ1]]

// The second, by the odd weights; then the first one's products are waited for.
// CHECK: %[[K1:.+]] = arith.addi %[[I]], %{{.+}} : index
// CHECK-NEXT: %[[S1:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[ODD]], %[[X]] stage %[[READ1]], %[[S0]]
// CHECK-NEXT: %[[D0:.+]] = humming_tile.warpgroup_wait 1 %[[S1]] weights(%[[EVEN]] : !humming_tile.frag<64x64xf16>)

// Behind the last tile its own weights are read once more, from its own stage.
// CHECK: %[[K2:.+]] = arith.addi %[[K1]]
// CHECK: %[[READ2:.+]] = arith.select
// CHECK-NEXT: %[[INSIDE:.+]] = arith.cmpi ult, %[[K2]], %[[K]] : index
// CHECK-NEXT: arith.select %[[INSIDE]], %[[K2]], %[[K1]] : index
// CHECK-NEXT: %[[FROM:.+]] = arith.select %[[INSIDE]], %[[READ2]], %[[READ1]] : index
// CHECK-NEXT: humming_tile.async_wait 1
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK: humming_tile.copy async %[[A]][%[[M0]], %{{.+}}] to %[[X]] stage %[[WRITE1]]
// CHECK: humming_tile.async_commit
// CHECK: %[[WRITE2:.+]] = arith.select
// CHECK-NEXT: %[[EVEN2:.+]] = humming_tile.load %[[W]] stage %[[FROM]]
// CHECK-NEXT: %[[D1:.+]] = humming_tile.warpgroup_wait 0 %[[D0]] weights(%[[ODD]] : !humming_tile.frag<64x64xf16>)
// CHECK-NEXT: scf.yield %[[D1]], %[[READ2]], %[[WRITE2]], %[[EVEN2]]

// No products are in flight behind the loop.
// CHECK: humming_tile.store %[[LOOP]]#0

#via = #humming_tile.layout<[[16], [1, 8, 8]] thread [0, 2] reg [1, 3]>
gpu.module @kernels {
  gpu.func @warpgroups(%a: memref<?x256xf16>, %c: memref<?x64xf32>, %m0: index, %k: index,
                       %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<4x16x64xf16>
    %w = humming_tile.alloc : !humming_tile.smem<4x64x64xf16>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x, %w : !humming_tile.smem<4x16x64xf16>, !humming_tile.smem<4x64x64xf16>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x256xf16> to !humming_tile.smem<4x16x64xf16>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %v = humming_tile.load %w : !humming_tile.smem<4x64x64xf16> -> !humming_tile.frag<64x64xf16>
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %v, %x, %acc
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      humming_tile.yield %d : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }
}
