// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// Rows of activations that do not start at multiples of 16 bytes, and columns in another order.

#share = #humming_tile.layout<[[4, 4], [1, 8, 8]] thread [1, 3] reg [0, 2, 4]>
#swizzled = #humming_tile.layout<[[16], [1, 64]] offset [1, 0, 2] swizzle 128>
gpu.module @kernels {
  // Rows of 200 bytes: runs of 8. None has columns on both sides of the end.
  // CHECK-LABEL: gpu.func @eight_bytes
  // CHECK: %[[COUNT:.+]] = arith.select %{{.+}}, %c4{{.*}}, %c0{{.*}} : index
  // CHECK: nvgpu.device_async_copy %{{.+}}, %{{.+}}, 4, %[[COUNT]] :
  // CHECK-NOT: bypassL1
  // CHECK-COUNT-7: nvgpu.device_async_copy
  // CHECK-NOT: nvgpu.device_async_copy
  gpu.func @eight_bytes(%a: memref<?x100xf16>, %m0: index, %k0: index, %stage: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    humming_tile.copy async %a[%m0, %k0] to %0 stage %stage via #share
      : memref<?x100xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }

  // Rows of 196 bytes: runs of 4.
  // CHECK-LABEL: gpu.func @four_bytes
  // CHECK-COUNT-16: nvgpu.device_async_copy %{{.+}}, %{{.+}}, 2, %{{[^{]+}} :
  // CHECK-NOT: nvgpu.device_async_copy
  gpu.func @four_bytes(%a: memref<?x98xf16>, %m0: index, %k0: index, %stage: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    humming_tile.copy async %a[%m0, %k0] to %0 stage %stage via #share
      : memref<?x98xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }

  // Rows of 198 bytes, through registers: one element at a time in, 16 bytes out.
  // CHECK-LABEL: gpu.func @through_registers
  // CHECK-COUNT-32: vector.load %{{.+}} : memref<?xf16, #gpu.address_space<global>>, vector<1xf16>
  // CHECK-NOT: vector.load
  // CHECK-COUNT-4: vector.store %{{.+}} : memref<?xf16, #gpu.address_space<workgroup>>, vector<8xf16>
  gpu.func @through_registers(%a: memref<?x99xf16>, %m0: index, %k0: index, %stage: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    humming_tile.copy %a[%m0, %k0] to %0 stage %stage via #share
      : memref<?x99xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }

  // A gathered column: its number is read first, where there is one.
  // CHECK-LABEL: gpu.func @gathered
  // CHECK-SAME: (%[[A:[^:]+]]: memref<?xf16, #gpu.address_space<global>>, %[[P:[^:]+]]: memref<?xi32, #gpu.address_space<global>>, %[[M0:[^:]+]]: index, %[[K0:[^:]+]]: index
  // CHECK: scf.if %{{.+}} -> (vector<1xf16>) {
  // CHECK: %[[ROW:.+]] = arith.addi %[[M0]], %{{.+}} : index
  // CHECK: %[[COL:.+]] = arith.addi %[[K0]], %{{.+}} : index
  // CHECK: %[[NUMBER:.+]] = memref.load %[[P]][%[[COL]]]
  // CHECK: %[[FROM:.+]] = arith.index_castui %[[NUMBER]] : i32 to index
  // CHECK: %[[START:.+]] = arith.muli %[[ROW]], %c72{{.*}} : index
  // CHECK: %[[PLACE:.+]] = arith.addi %[[START]], %[[FROM]] : index
  // CHECK: vector.load %[[A]][%[[PLACE]]]
  gpu.func @gathered(%a: memref<?x72xf16>, %p: memref<72xi32>, %m0: index, %k0: index, %stage: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.alloc at 0 : !humming_tile.smem<2x16x64xf16, #swizzled>
    humming_tile.copy %a[%m0, %k0] to %0 stage %stage gather(%p : memref<72xi32>) via #share
      : memref<?x72xf16> to !humming_tile.smem<2x16x64xf16, #swizzled>
    gpu.return
  }

  // Three rows of memory, 48 of the fragment's, of 64.
  // CHECK-LABEL: gpu.func @repeated_rows
  // CHECK: arith.cmpi ult, %{{.+}}, %c48{{.*}} : index
  // CHECK: arith.divui %{{.+}}, %c16{{.*}} : index
  gpu.func @repeated_rows(%s: memref<3x4xf16>, %out: memref<64x4xf16, #humming_tile.layout<[[1, 8, 8], [4]] offset [3, 0, 2, 1]>>,
                          %n0: index, %g0: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %s[%n0, %g0] row_block 16
      : memref<3x4xf16> -> !humming_tile.frag<64x4xf16, #humming_tile.layout<[[1, 8, 8], [4]] thread [3, 2] reg [0, 1]>>
    gpu.return
  }
}
