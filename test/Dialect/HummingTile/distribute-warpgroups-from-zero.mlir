// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// A product from zero, two row atoms in each warp, four steps of k: the first instruction of each row of atoms has no sum to go on from, and
// no register is zeroed for it.

// CHECK-LABEL: gpu.func @product
// CHECK: humming_tile.warpgroup_fence
// CHECK-NOT: vector.from_elements
// CHECK: %[[D00:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %[[B0:[^ ]+]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D01:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %[[B0]] : vector<8xf16>, vector<8xf32>
// CHECK: %[[D10:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %[[B1:.+]], %[[D00]] : vector<8xf16>, vector<8xf32>
// CHECK-NEXT: %[[D11:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %[[B1]], %[[D01]] : vector<8xf16>, vector<8xf32>
// CHECK: %[[D20:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %{{.+}}, %[[D10]] :
// CHECK-NEXT: %[[D21:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %{{.+}}, %[[D11]] :
// CHECK: %[[D30:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %{{.+}}, %[[D20]] :
// CHECK-NEXT: %[[D31:.+]] = humming_tile.warpgroup_atom "m64k16" %{{.+}}, %{{.+}}, %[[D21]] :
// CHECK-NEXT: humming_tile.warpgroup_commit
// CHECK: humming_tile.warpgroup_wait 0
#weights = #humming_tile.layout<[[4, 2, 2, 8], [1, 4, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#acc = #humming_tile.layout<[[4, 2, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#panels = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  gpu.func @product(%stage: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %x = humming_tile.alloc at 4096 : !humming_tile.smem<3x16x64xf16, #panels>
    %one = arith.constant 1.0 : f16
    %w = humming_tile.splat %one : f16 -> !humming_tile.frag<128x64xf16, #weights>
    %d = humming_tile.warpgroup_mma "m64k16" warps 4 %w, %x stage %stage
       : !humming_tile.frag<128x64xf16, #weights>, !humming_tile.smem<3x16x64xf16, #panels>,
         !humming_tile.frag<128x16xf32, #acc>
    %e = humming_tile.warpgroup_wait 0 %d weights(%w : !humming_tile.frag<128x64xf16, #weights>)
       : (!humming_tile.frag<128x16xf32, #acc>) -> !humming_tile.frag<128x16xf32, #acc>
    gpu.return
  }
}
