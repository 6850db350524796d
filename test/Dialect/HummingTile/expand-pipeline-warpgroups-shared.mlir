// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline --implicit-check-not=warpgroup_wait

// Both operands in shared memory: a turn is one tile, whose products start behind those of the tile before. These are waited for then, so
// the stage that is filled anew is that of the tile before them, and stages - 2 tiles are ahead. The first tile starts from zero.

// CHECK-LABEL: gpu.func @goes_on
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x512xi8>, %{{[^:]+}}: memref<?x64xi32>, %[[M0:[^:]+]]: index, %[[K:[^:]+]]: index)
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<4x16x128xi8>
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<4x64x128xi8>
// CHECK: %[[READ0:.+]] = arith.constant 0 : index
// CHECK-COUNT-3: humming_tile.async_commit
// CHECK-NEXT: humming_tile.async_wait 2
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[S0:.+]] = humming_tile.warpgroup_mma "m64k32" warps 4 %[[W]], %[[X]] stage %[[READ0]] : !humming_tile.smem
// CHECK: %[[LOOP:.+]]:3 = scf.for %[[I:.+]] = %{{.+}} to %[[K]] step %{{.+}} iter_args(%[[SUM:.+]] = %[[S0]], %[[BEFORE:.+]] = %[[READ0]], %[[WRITE:.+]] = %{{.+}})
// CHECK: %[[NEXT:.+]] = arith.addi %[[BEFORE]]
// CHECK: %[[READ:.+]] = arith.select %{{.+}}, %{{.+}}, %[[NEXT]] : index
// CHECK-NEXT: humming_tile.async_wait 1
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[STARTED:.+]] = humming_tile.warpgroup_mma "m64k32" warps 4 %[[W]], %[[X]] stage %[[READ]], %[[SUM]]
// CHECK-NEXT: %[[AHEAD:.+]] = arith.constant 256 : index
// CHECK-NEXT: %[[TILE:.+]] = arith.addi %[[I]], %[[AHEAD]] : index
// CHECK-NEXT: %[[MORE:.+]] = arith.cmpi ult, %[[TILE]], %[[K]] : index
// CHECK-NEXT: scf.if %[[MORE]] {
// CHECK-NEXT: humming_tile.copy async %[[A]][%[[M0]], %[[TILE]]] to %[[X]] stage %[[WRITE]]
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.async_commit
// CHECK: %[[WRITE1:.+]] = arith.select
// CHECK-NEXT: %[[DONE:.+]] = humming_tile.warpgroup_wait 1 %[[STARTED]]
// CHECK-NEXT: scf.yield %[[DONE]], %[[READ]], %[[WRITE1]]
// CHECK: %[[ALL:.+]] = humming_tile.warpgroup_wait 0 %[[LOOP]]#0
// CHECK-NEXT: humming_tile.store %[[ALL]]

// What is made of each tile's products waits for them; what it takes besides is read while they run. Then all have left the stage of the
// tile before, and stages - 1 tiles are ahead.

// CHECK-LABEL: gpu.func @each
// CHECK-SAME: (%[[A:[^:]+]]: memref<?x512xi8>, %{{[^:]+}}: memref<?x64xi32>, %[[M0:[^:]+]]: index, %[[K:[^:]+]]: index)
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x128xi8>
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x128xi8>
// CHECK: %[[S:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x1xi32>
// CHECK: %[[INIT:.+]] = humming_tile.splat
// CHECK-COUNT-2: humming_tile.async_commit
// CHECK: %[[LOOP:.+]]:3 = scf.for %[[I:.+]] = %{{.+}} to %[[K]] step %{{.+}} iter_args(%[[SUM:.+]] = %[[INIT]], %[[READ:.+]] = %{{.+}}, %[[WRITE:.+]] = %{{.+}})
// CHECK-NEXT: humming_tile.async_wait 1
// CHECK-NEXT: humming_tile.proxy_fence
// CHECK-NEXT: gpu.barrier
// CHECK-NEXT: %[[STARTED:.+]] = humming_tile.warpgroup_mma "m64k32" warps 4 %[[W]], %[[X]] stage %[[READ]] : !humming_tile.smem
// CHECK-NEXT: %[[SCALES:.+]] = humming_tile.load %[[S]] stage %[[READ]]
// CHECK: %[[AHEAD:.+]] = arith.constant 256 : index
// CHECK-NEXT: %[[TILE:.+]] = arith.addi %[[I]], %[[AHEAD]] : index
// CHECK: humming_tile.copy async %[[A]][%[[M0]], %[[TILE]]] to %[[X]] stage %[[WRITE]]
// CHECK: humming_tile.async_commit
// CHECK: %[[DONE:.+]] = humming_tile.warpgroup_wait 0 %[[STARTED]]
// CHECK-NEXT: %[[SCALED:.+]] = humming_tile.map(%[[SUM]], %[[DONE]], %[[SCALES]] :
// CHECK: scf.yield %[[SCALED]],

#via = #humming_tile.layout<[[16], [1, 8, 16]] thread [0, 2] reg [1, 3]>
gpu.module @kernels {
  gpu.func @goes_on(%a: memref<?x512xi8>, %c: memref<?x64xi32>, %m0: index, %k: index) kernel {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0 : i32
    %x = humming_tile.alloc : !humming_tile.smem<4x16x128xi8>
    %w = humming_tile.alloc : !humming_tile.smem<4x64x128xi8>
    %init = humming_tile.splat %zero : i32 -> !humming_tile.frag<64x16xi32>
    %sum = humming_tile.pipeline from %c0 to %k step 128 copy "cp_async"
        buffers(%x, %w : !humming_tile.smem<4x16x128xi8>, !humming_tile.smem<4x64x128xi8>)
        iter(%init : !humming_tile.frag<64x16xi32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x512xi8> to !humming_tile.smem<4x16x128xi8>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xi32>):
      %d = humming_tile.warpgroup_mma "m64k32" warps 4 %w, %x, %acc
         : !humming_tile.smem<4x64x128xi8>, !humming_tile.smem<4x16x128xi8>, !humming_tile.frag<64x16xi32>
      humming_tile.yield %d : !humming_tile.frag<64x16xi32>
    } -> !humming_tile.frag<64x16xi32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xi32> to memref<?x64xi32>
    gpu.return
  }

  gpu.func @each(%a: memref<?x512xi8>, %c: memref<?x64xi32>, %m0: index, %k: index) kernel {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0 : i32
    %x = humming_tile.alloc : !humming_tile.smem<3x16x128xi8>
    %w = humming_tile.alloc : !humming_tile.smem<3x64x128xi8>
    %s = humming_tile.alloc : !humming_tile.smem<3x64x1xi32>
    %init = humming_tile.splat %zero : i32 -> !humming_tile.frag<64x16xi32>
    %sum = humming_tile.pipeline from %c0 to %k step 128 copy "cp_async"
        buffers(%x, %w : !humming_tile.smem<3x16x128xi8>, !humming_tile.smem<3x64x128xi8>)
        iter(%init : !humming_tile.frag<64x16xi32>) produce {
    ^bb0(%i: index):
      humming_tile.copy %a[%m0, %i] to %x via #via : memref<?x512xi8> to !humming_tile.smem<3x16x128xi8>
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xi32>):
      %d = humming_tile.warpgroup_mma "m64k32" warps 4 %w, %x
         : !humming_tile.smem<3x64x128xi8>, !humming_tile.smem<3x16x128xi8>, !humming_tile.frag<64x16xi32>
      %scale = humming_tile.load %s : !humming_tile.smem<3x64x1xi32> -> !humming_tile.frag<64x1xi32>
      %added = humming_tile.map(%acc, %d, %scale : !humming_tile.frag<64x16xi32>, !humming_tile.frag<64x16xi32>, !humming_tile.frag<64x1xi32>) {
      ^bb0(%from: i32, %product: i32, %factor: i32):
        %scaled = arith.muli %product, %factor : i32
        %next = arith.addi %from, %scaled : i32
        humming_tile.yield %next : i32
      } -> !humming_tile.frag<64x16xi32>
      humming_tile.yield %added : !humming_tile.frag<64x16xi32>
    } -> !humming_tile.frag<64x16xi32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xi32> to memref<?x64xi32>
    gpu.return
  }
}
