// RUN: humming-opt %s --split-input-file --humming-tile-distribute --verify-diagnostics | FileCheck %s

// Of 128 channels by 16 tokens two boxes of 64 channels, 2 KB apart, by the first thread of those that are there: of the
// block, and of a region of warps. All threads wait: whoever has started nothing goes on.

// CHECK-LABEL: gpu.func @leave
// CHECK-SAME: (%[[MAP:[^:]+]]: !nvgpu.tensormap.descriptor<{{[^)]+}}>, %[[M:[^:]+]]: index, %[[N:[^:]+]]: index)
// CHECK: %[[T:.+]] = gpu.thread_id x
// CHECK: %[[RESULTS:.+]] = memref.view {{.+}} to memref<?xf16, #gpu.address_space<workgroup>>
// CHECK: %[[FIRST:.+]] = arith.cmpi eq, %[[T]], %{{.+}} : index
// CHECK-NEXT: scf.if %[[FIRST]] {
// CHECK: humming_tile.bulk_box_store %[[RESULTS]][%{{.+}}] to %[[MAP]][%[[M]], %[[N]]] :
// CHECK: %[[PANEL:.+]] = arith.constant 1024 : index
// CHECK-NEXT: %[[AT:.+]] = arith.addi %{{.+}}, %[[PANEL]] : index
// CHECK: %[[N1:.+]] = arith.addi %[[N]], %{{.+}}
// CHECK-NEXT: humming_tile.bulk_box_store %[[RESULTS]][%[[AT]]] to %[[MAP]][%[[M]], %[[N1]]] :
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.bulk_store_wait
// CHECK: %[[AMONG:.+]] = arith.subi %[[T]], %{{.+}}
// CHECK: %[[STAGE:.+]] = arith.muli %[[M]], %{{.+}}
// CHECK: arith.cmpi eq, %[[AMONG]], %{{.+}} : index
// CHECK-NEXT: scf.if
// CHECK: humming_tile.bulk_box_store %{{.+}}[%[[STAGE]]] to %[[MAP]]
// CHECK: %[[BEHIND:.+]] = arith.addi %[[STAGE]], %{{.+}}
// CHECK: humming_tile.bulk_box_store %{{.+}}[%[[BEHIND]]] to %[[MAP]]
#lines = #humming_tile.layout<[[2, 64], [16]] offset [0, 2, 1] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  gpu.func @leave(%map: !map, %m: index, %n: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %results = humming_tile.alloc at 0 : !humming_tile.smem<1x128x16xf16, #lines>
    humming_tile.bulk_store %results to %map[%m, %n] : !humming_tile.smem<1x128x16xf16, #lines> to !map
    humming_tile.bulk_store_wait
    %stages = humming_tile.alloc at 4096 : !humming_tile.smem<2x128x16xf16, #lines>
    humming_tile.warps from 4 count 4 {
      humming_tile.bulk_store %stages stage %m to %map[%m, %n] : !humming_tile.smem<2x128x16xf16, #lines> to !map
    }
    gpu.return
  }
}

// -----

// Lines that do not lie as the map's boxes do.
#plain = #humming_tile.layout<[[2, 64], [16]] offset [0, 2, 1]>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  gpu.func @plain(%map: !map, %m: index, %n: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %results = humming_tile.alloc at 0 : !humming_tile.smem<1x128x16xf16, #plain>
    // expected-error @+1 {{expected columns in swizzled lines of 128 bytes, got}}
    humming_tile.bulk_store %results to %map[%m, %n] : !humming_tile.smem<1x128x16xf16, #plain> to !map
    gpu.return
  }
}
