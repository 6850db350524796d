// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Tiles that may reach beyond row-major memory: m is the kernel's last argument, columns are the type's.

#share = #humming_tile.layout<[[4, 4], [1, 8, 8]] thread [1, 3] reg [0, 2, 4]>
#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  // Rows below m and columns below 72, else zero.
  // CHECK-LABEL: gpu.func @load
  // CHECK-SAME: (%[[A:.+]]: memref<?xf16, #gpu.address_space<global>>, %[[M0:.+]]: index, %[[K0:.+]]: index, %[[M32:.+]]: i32)
  // CHECK: %[[M:.+]] = arith.index_castui %[[M32]] : i32 to index
  // CHECK: %[[ROW:.+]] = arith.addi %[[M0]], %{{.+}} : index
  // CHECK: %[[ROWIN:.+]] = arith.cmpi ult, %[[ROW]], %[[M]] : index
  // CHECK: %[[COL:.+]] = arith.addi %[[K0]], %{{.+}} : index
  // CHECK: %[[COLIN:.+]] = arith.cmpi ult, %[[COL]], %c72{{.*}} : index
  // CHECK: %[[IN:.+]] = arith.andi %[[ROWIN]], %[[COLIN]] : i1
  // CHECK: scf.if %[[IN]] -> (vector<8xf16>) {
  // CHECK: %[[VALUES:.+]] = vector.load %[[A]]
  // CHECK: scf.yield %[[VALUES]]
  // CHECK: } else {
  // CHECK: %[[ZERO:.+]] = arith.constant dense<0.000000e+00> : vector<8xf16>
  // CHECK: scf.yield %[[ZERO]]
  // CHECK-COUNT-3: scf.if
  // CHECK-NOT: scf.if
  gpu.func @load(%a: memref<?x72xf16>, %m0: index, %k0: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %a[%m0, %k0] : memref<?x72xf16> -> !humming_tile.frag<16x64xf16, #share>
    gpu.return
  }

  // Whole tiles need no mask: rows are known and divide, and so do columns.
  // CHECK-LABEL: gpu.func @whole_tiles
  // CHECK-NOT: scf.if
  // CHECK-COUNT-4: vector.load
  // CHECK-NOT: scf.if
  gpu.func @whole_tiles(%a: memref<32x128xf16>, %m0: index, %k0: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %a[%m0, %k0] : memref<32x128xf16> -> !humming_tile.frag<16x64xf16, #share>
    gpu.return
  }

  // cp.async fills with zeros by itself: it reads no element, from an address that exists, in the first row.
  // CHECK-LABEL: gpu.func @copy
  // CHECK-SAME: (%[[A:[^:]+]]: memref<?xf16, #gpu.address_space<global>>
  // CHECK: %[[ROWIN:.+]] = arith.cmpi ult
  // CHECK-NOT: arith.cmpi
  // CHECK: %[[COUNT:.+]] = arith.select %[[ROWIN]], %c8{{.*}}, %c0{{.*}} : index
  // CHECK: %[[ROW:.+]] = arith.muli %{{.+}}, %c128{{.*}} : index
  // CHECK: %[[BEYOND:.+]] = arith.select %[[ROWIN]], %c0{{.*}}, %[[ROW]] : index
  // CHECK: %[[FROM:.+]] = arith.subi %{{.+}}, %[[BEYOND]] : index
  // CHECK: nvgpu.device_async_copy %[[A]][%[[FROM]]], %{{.+}}[%{{.+}}], 8, %[[COUNT]] {bypassL1}
  // CHECK-COUNT-3: nvgpu.device_async_copy
  // CHECK-NOT: nvgpu.device_async_copy
  gpu.func @copy(%a: memref<?x128xf16>, %m0: index, %k0: index, %stage: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    humming_tile.copy async %a[%m0, %k0] to %0 stage %stage via #share
      : memref<?x128xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }
}
