// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// What one lane copies. Of packed 4-bit codes, 32 x 64 of a matrix of 32 x 128: two strips of 16 rows, in each 64 columns,
// 512 bytes; strips are 1024 bytes apart in memory and 512 in a stage of 1024. Of 16 x 128 activations two boxes of 64 columns.

// CHECK-LABEL: gpu.func @copies
// CHECK-SAME: (%[[W:[^:]+]]: memref<?xi8, #gpu.address_space<global>>, %[[MAP:[^:]+]]: !nvgpu.tensormap.descriptor<{{[^)]+}}>, %[[N:[^:]+]]: index, %[[K:[^:]+]]: index, %[[S:[^:]+]]: index, %[[P:[^:]+]]: i32,
// CHECK-SAME: %[[B:[^:]+]]: memref<?xi64, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[CODES:.+]] = memref.view {{.+}} to memref<?xi8, #gpu.address_space<workgroup>>
// CHECK-DAG: %[[ROWS:.+]] = memref.view {{.+}} to memref<?xf16, #gpu.address_space<workgroup>>


// A region is a branch; the barrier in it is one among its threads.
// CHECK: scf.while
// CHECK-NEXT: %[[THERE:.+]] = humming_tile.mbarrier_try_wait %[[B]][%[[S]]] parity %[[P]]
// CHECK: %[[AGAIN:.+]] = arith.xori %[[THERE]], %{{.+}} : i1
// CHECK-NEXT: scf.condition(%[[AGAIN]])
// CHECK: humming_tile.bulk_run %[[W]][%[[FROM:.+]]] to %{{.+}}[%[[TO:.+]]] bytes 512 signal %[[B]][%[[S]]]
// CHECK: %[[STRIP:.+]] = arith.constant 1024 : index
// CHECK-NEXT: %[[FROM1:.+]] = arith.addi %[[FROM]], %[[STRIP]]
// CHECK: %[[HALF:.+]] = arith.constant 512 : index
// CHECK-NEXT: %[[TO1:.+]] = arith.addi %[[TO]], %[[HALF]]
// CHECK-NEXT: humming_tile.bulk_run %[[W]][%[[FROM1]]] to %{{.+}}[%[[TO1]]] bytes 512
// CHECK: humming_tile.bulk_box %[[MAP]][%[[N]], %[[K]]] to %{{.+}}[%[[AT:.+]]] signal %[[B]][%[[S]]]
// CHECK: %[[C64:.+]] = arith.constant 64 : index
// CHECK-NEXT: %[[K1:.+]] = arith.addi %[[K]], %[[C64]]
// CHECK: %[[PANEL:.+]] = arith.constant 1024 : index
// CHECK-NEXT: %[[AT1:.+]] = arith.addi %[[AT]], %[[PANEL]]
// CHECK-NEXT: humming_tile.bulk_box %[[MAP]][%[[N]], %[[K1]]] to %{{.+}}[%[[AT1]]]
// CHECK: %[[FIRST:.+]] = arith.constant 128 : index
// CHECK-NEXT: %[[BEHIND:.+]] = arith.cmpi uge, %{{.+}}, %[[FIRST]]
// CHECK: %[[END:.+]] = arith.constant 160 : index
// CHECK-NEXT: %[[BELOW:.+]] = arith.cmpi ult, %{{.+}}, %[[END]]
// CHECK-NEXT: %[[AMONG:.+]] = arith.andi %[[BEHIND]], %[[BELOW]]
// CHECK-NEXT: scf.if %[[AMONG]] {
// CHECK: humming_tile.named_barrier 1 threads 32
// CHECK: }
// CHECK-NEXT: gpu.barrier
#packed = #humming_tile.layout<[[2, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#codes = #humming_tile.layout<[[2, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#rows = #humming_tile.layout<[[16], [2, 64]] offset [1, 0, 2] swizzle 128>
!map = !nvgpu.tensormap.descriptor<tensor = memref<16x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  gpu.func @copies(%w: memref<32x128x!humming.code<u4>, #packed>, %x: !map, %n: index, %k: index, %s: index, %p: i32,
                   %b: memref<6xi64, #gpu.address_space<workgroup>>) kernel
      attributes {known_block_size = array<i32: 192, 1, 1>} {
    %codes = humming_tile.alloc at 0 : !humming_tile.smem<3x32x64x!humming.code<u4>, #codes>
    %rows = humming_tile.alloc at 4096 : !humming_tile.smem<3x16x128xf16, #rows>
    humming_tile.mbarrier_wait %b[%s] parity %p : memref<6xi64, #gpu.address_space<workgroup>>
    humming_tile.bulk_copy %w[%n, %k] to %codes stage %s signal %b[%s] : memref<32x128x!humming.code<u4>, #packed>
      to !humming_tile.smem<3x32x64x!humming.code<u4>, #codes>, memref<6xi64, #gpu.address_space<workgroup>>
    humming_tile.bulk_copy %x[%n, %k] to %rows stage %s signal %b[%s] : !map
      to !humming_tile.smem<3x16x128xf16, #rows>, memref<6xi64, #gpu.address_space<workgroup>>
    humming_tile.warps from 4 count 1 {
      gpu.barrier
    }
    gpu.barrier
    gpu.return
  }
}

// Of 32 rows the 16 from `part` on, into both boxes' lines of all blocks of the mask.

// CHECK-LABEL: gpu.func @part
// CHECK-SAME: (%[[MAP:[^:]+]]: !nvgpu.tensormap.descriptor<{{[^)]+}}>, %[[N:[^:]+]]: index, %[[S:[^:]+]]: index, %[[PART:[^:]+]]: index, %[[MASK:[^:]+]]: i16,
// CHECK: %[[LINE:.+]] = arith.constant 64 : index
// CHECK: %[[SKIPPED:.+]] = arith.muli %[[PART]], %[[LINE]]
// CHECK: %[[AT:.+]] = arith.addi %{{.+}}, %[[SKIPPED]]
// CHECK: humming_tile.bulk_box %[[MAP]][%[[N]], %[[N]]] to %{{.+}}[%[[AT]]] signal %{{.+}} multicast %[[MASK]]
// CHECK: %[[PANEL:.+]] = arith.constant 2048 : index
// CHECK-NEXT: %[[AT1:.+]] = arith.addi %[[AT]], %[[PANEL]]
// CHECK-NEXT: humming_tile.bulk_box %[[MAP]][%[[N]], %{{.+}}] to %{{.+}}[%[[AT1]]] signal %{{.+}} multicast %[[MASK]]
#rows32 = #humming_tile.layout<[[32], [2, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @parts {
  gpu.func @part(%x: !map, %n: index, %s: index, %part: index, %mask: i16, %b: memref<6xi64, #gpu.address_space<workgroup>>) kernel
      attributes {known_block_size = array<i32: 192, 1, 1>} {
    %rows = humming_tile.alloc at 0 : !humming_tile.smem<3x32x128xf16, #rows32>
    humming_tile.bulk_copy %x[%n, %n] to %rows stage %s signal %b[%s] part %part multicast %mask : !map
      to !humming_tile.smem<3x32x128xf16, #rows32>, memref<6xi64, #gpu.address_space<workgroup>>
    gpu.return
  }
}
