// RUN: humming-opt %s --humming-tile-expand-pipeline | FileCheck %s --implicit-check-not=humming_tile.pipeline --implicit-check-not=warpgroup_wait

// Each tile is a group: its products start from zero. What stands behind them reads the scale of the tile that is multiplied, ahead of the next
// tile's weights, while the products run; their sum is scaled and added behind the wait, which hands back nothing else.

// CHECK-LABEL: gpu.func @groups
// CHECK-SAME: %[[INIT:[^:, ]+]]: !humming_tile.frag<64x16xf32>)
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<4x16x64xf16>
// CHECK: %[[W:.+]] = humming_tile.alloc : !humming_tile.smem<4x64x64xf16>
// CHECK: %[[S:.+]] = humming_tile.alloc : !humming_tile.smem<4x64x1xf32>
// CHECK: %[[LOOP:.+]]:4 = scf.for {{.+}} iter_args(%[[SUM:.+]] = %[[INIT]], %[[READ:.+]] = %{{.+}}, %{{.+}} = %{{.+}}, %[[EVEN:.+]] = %{{.+}})
// CHECK-NEXT: %[[S0:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[EVEN]], %[[X]] stage %[[READ]] :
// CHECK-NEXT: %[[SCALE0:.+]] = humming_tile.load %[[S]] stage %[[READ]]
// CHECK: gpu.barrier
// CHECK: %[[ODD:.+]] = humming_tile.load %[[W]] stage %[[READ1:.+]] :
// CHECK-NEXT: %[[D0:.+]] = humming_tile.warpgroup_wait 0 %[[S0]] weights(%[[EVEN]] : !humming_tile.frag<64x64xf16>) : (!humming_tile.frag<64x16xf32>) ->
// CHECK-NEXT: %[[SUM0:.+]] = humming_tile.map(%[[SUM]], %[[D0]], %[[SCALE0]] :
// CHECK: %[[S1:.+]] = humming_tile.warpgroup_mma "m64k16" warps 4 %[[ODD]], %[[X]] stage %[[READ1]] :
// CHECK-NEXT: %[[SCALE1:.+]] = humming_tile.load %[[S]] stage %[[READ1]]
// CHECK: gpu.barrier
// CHECK: %[[EVEN2:.+]] = humming_tile.load %[[W]]
// CHECK-NEXT: %[[D1:.+]] = humming_tile.warpgroup_wait 0 %[[S1]] weights(%[[ODD]] :
// CHECK-NEXT: %[[SUM1:.+]] = humming_tile.map(%[[SUM0]], %[[D1]], %[[SCALE1]] :
// CHECK: scf.yield %[[SUM1]], %{{.+}}, %{{.+}}, %[[EVEN2]]

gpu.module @kernels {
  gpu.func @groups(%c: memref<?x64xf32>, %m0: index, %k: index, %init: !humming_tile.frag<64x16xf32>) kernel {
    %c0 = arith.constant 0 : index
    %x = humming_tile.alloc : !humming_tile.smem<4x16x64xf16>
    %w = humming_tile.alloc : !humming_tile.smem<4x64x64xf16>
    %s = humming_tile.alloc : !humming_tile.smem<4x64x1xf32>
    %sum = humming_tile.pipeline from %c0 to %k step 64 copy "cp_async"
        buffers(%x, %w, %s : !humming_tile.smem<4x16x64xf16>, !humming_tile.smem<4x64x64xf16>, !humming_tile.smem<4x64x1xf32>)
        iter(%init : !humming_tile.frag<64x16xf32>) produce {
    ^bb0(%i: index):
      humming_tile.yield
    } consume {
    ^bb0(%i: index, %acc: !humming_tile.frag<64x16xf32>):
      %v = humming_tile.load %w : !humming_tile.smem<4x64x64xf16> -> !humming_tile.frag<64x64xf16>
      %d = humming_tile.warpgroup_mma "m64k16" warps 4 %v, %x
         : !humming_tile.frag<64x64xf16>, !humming_tile.smem<4x16x64xf16>, !humming_tile.frag<64x16xf32>
      %scale = humming_tile.load %s : !humming_tile.smem<4x64x1xf32> -> !humming_tile.frag<64x1xf32>
      %e = humming_tile.map(%acc, %d, %scale : !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x16xf32>, !humming_tile.frag<64x1xf32>) {
      ^bb1(%old: f32, %group: f32, %by: f32):
        %new = math.fma %group, %by, %old : f32
        humming_tile.yield %new : f32
      } -> !humming_tile.frag<64x16xf32>
      humming_tile.yield %e : !humming_tile.frag<64x16xf32>
    } -> !humming_tile.frag<64x16xf32>
    humming_tile.store %sum to %c[%m0, %m0] transpose : !humming_tile.frag<64x16xf32> to memref<?x64xf32>
    gpu.return
  }
}
