// RUN: humming-opt %s --split-input-file --humming-tile-distribute --verify-diagnostics | FileCheck %s

// Of 256 channels by 16 tokens each of two warpgroups has 128, two boxes of 64 channels, 2 KB apart, by its first thread. All
// threads wait: whoever has started nothing goes on. A warpgroup's barrier is behind those of the regions.

// CHECK-LABEL: gpu.func @leave
// CHECK-SAME: (%[[MAP:[^:]+]]: !nvgpu.tensormap.descriptor<{{[^)]+}}>, %[[M:[^:]+]]: index, %[[N:[^:]+]]: index)
// CHECK: %[[T:.+]] = gpu.thread_id x
// CHECK: %[[RESULTS:.+]] = memref.view {{.+}} to memref<?xf16, #gpu.address_space<workgroup>>
// CHECK: %[[NUMBER:.+]] = arith.divui %[[T]], %{{.+}} : index
// CHECK-NEXT: humming_tile.named_barrier 2 plus %[[NUMBER]] threads 128
// CHECK: %[[STAGE:.+]] = arith.muli %[[M]], %{{.+}} : index
// CHECK: %[[GROUP:.+]] = arith.divui %[[T]], %{{.+}} : index
// CHECK: %[[SKIPPED:.+]] = arith.muli %[[GROUP]], %{{.+}} : index
// CHECK-NEXT: %[[COL:.+]] = arith.addi %[[N]], %[[SKIPPED]] : index
// CHECK: %[[BYTES:.+]] = arith.muli %[[SKIPPED]], %{{.+}} : index
// CHECK-NEXT: %[[FROM:.+]] = arith.addi %[[STAGE]], %[[BYTES]] : index
// CHECK: %[[LANE:.+]] = arith.remui %[[T]], %{{.+}} : index
// CHECK-NEXT: %[[FIRST:.+]] = arith.cmpi eq, %[[LANE]], %{{.+}} : index
// CHECK-NEXT: scf.if %[[FIRST]] {
// CHECK: humming_tile.bulk_box_store %[[RESULTS]][%{{.+}}] to %[[MAP]][%[[M]], %{{.+}}] :
// CHECK: %[[PANEL:.+]] = arith.constant 1024 : index
// CHECK-NEXT: %[[AT:.+]] = arith.addi %[[FROM]], %[[PANEL]] : index
// CHECK: %[[COL1:.+]] = arith.addi %[[COL]], %{{.+}}
// CHECK-NEXT: humming_tile.bulk_box_store %[[RESULTS]][%[[AT]]] to %[[MAP]][%[[M]], %[[COL1]]] :
// CHECK-NEXT: }
// CHECK-NEXT: humming_tile.bulk_store_wait

// One warpgroup alone, and another time.
// CHECK: %[[AMONG:.+]] = arith.subi %{{.+}}, %{{.+}}
// CHECK-NEXT: humming_tile.named_barrier 5 threads 128
// CHECK: arith.cmpi eq, %[[AMONG]], %{{.+}} : index
// CHECK-NEXT: scf.if
// CHECK-COUNT-4: humming_tile.bulk_box_store
// CHECK-NOT: humming_tile.bulk_box_store
// CHECK: humming_tile.named_barrier 5 threads 128
// CHECK-NEXT: humming_tile.named_barrier 4 threads 128
#lines = #humming_tile.layout<[[4, 64], [16]] offset [0, 2, 1] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
!results = !humming_tile.smem<2x256x16xf16, #lines>
gpu.module @kernels {
  gpu.func @leave(%map: !map, %m: index, %n: index) kernel attributes {known_block_size = array<i32: 384, 1, 1>} {
    %results = humming_tile.alloc at 0 : !results
    humming_tile.warps from 0 count 8 {
      humming_tile.warpgroup_barrier
      humming_tile.bulk_store %results stage %m to %map[%m, %n] : !results to !map
      humming_tile.bulk_store_wait
    }
    humming_tile.warps from 8 count 4 {
      humming_tile.warpgroup_barrier
      humming_tile.bulk_store %results to %map[%m, %n] : !results to !map
      humming_tile.warpgroup_barrier
      gpu.barrier
    }
    gpu.return
  }
}

// -----

// Lines that do not lie as the map's boxes do.
#plain = #humming_tile.layout<[[2, 64], [16]] offset [0, 2, 1]>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  gpu.func @plain(%map: !map, %m: index, %n: index) kernel attributes {known_block_size = array<i32: 128, 1, 1>} {
    %results = humming_tile.alloc at 0 : !humming_tile.smem<1x128x16xf16, #plain>
    // expected-error @+1 {{expected columns in swizzled lines of 128 bytes, whole ones for each of 1 warpgroups, got}}
    humming_tile.bulk_store %results to %map[%m, %n] : !humming_tile.smem<1x128x16xf16, #plain> to !map
    gpu.return
  }
}

// -----

// Half a line for each warpgroup.
#lines = #humming_tile.layout<[[1, 64], [16]] offset [0, 2, 1] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  gpu.func @half(%map: !map, %m: index, %n: index) kernel attributes {known_block_size = array<i32: 256, 1, 1>} {
    %results = humming_tile.alloc at 0 : !humming_tile.smem<1x64x16xf16, #lines>
    // expected-error @+1 {{expected columns in swizzled lines of 128 bytes, whole ones for each of 2 warpgroups, got}}
    humming_tile.bulk_store %results to %map[%m, %n] : !humming_tile.smem<1x64x16xf16, #lines> to !map
    gpu.return
  }
}
