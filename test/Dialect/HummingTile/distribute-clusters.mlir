// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

// A sum goes to the same place in the shared memory of another block, 16 bytes a lane; from there it is read as any.

// CHECK-LABEL: gpu.func @send
// CHECK-SAME: (%[[RANK:.+]]: index)
// CHECK: %[[BARRIER:.+]] = memref.view %{{.+}} : memref<?xi8, #gpu.address_space<workgroup>> to memref<1xi64, #gpu.address_space<workgroup>>
// CHECK: %[[MEMORY:.+]] = memref.view %{{.+}} : memref<?xi8, #gpu.address_space<workgroup>> to memref<?xf32, #gpu.address_space<workgroup>>
// CHECK: humming_tile.cluster_store %{{.+}} to %[[MEMORY]][%{{.+}}] at %[[RANK]] signal %[[BARRIER]][%[[ZERO:.+]]] : vector<4xf32> to memref<?xf32, #gpu.address_space<workgroup>>, memref<1xi64, #gpu.address_space<workgroup>>
// CHECK: humming_tile.cluster_store %{{.+}} to %[[MEMORY]][%{{.+}}] at %[[RANK]] signal %[[BARRIER]][%[[ZERO]]] : vector<4xf32>
// CHECK-NOT: cluster_store
// CHECK: vector.load %[[MEMORY]][%{{.+}}] : memref<?xf32, #gpu.address_space<workgroup>>, vector<4xf32>
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [3, 6] reg [5, 2, 7]>
#order = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] offset [5, 3, 6, 2, 7]>
gpu.module @kernels {
  gpu.func @send(%rank: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %c0 = arith.constant 0 : index
    %b = memref.view %shared[%c0][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<1xi64, #gpu.address_space<workgroup>>
    %sums = humming_tile.alloc at 1024 : !humming_tile.smem<3x16x16xf32, #order>
    %zero = arith.constant 0.0 : f32
    %stage = arith.constant 2 : index
    %v = humming_tile.splat %zero : f32 -> !humming_tile.frag<16x16xf32, #acc>
    humming_tile.store %v to %sums stage %stage at %rank signal %b[%c0]
      : !humming_tile.frag<16x16xf32, #acc> to !humming_tile.smem<3x16x16xf32, #order>, memref<1xi64, #gpu.address_space<workgroup>>
    %0 = humming_tile.load %sums stage %stage : !humming_tile.smem<3x16x16xf32, #order> -> !humming_tile.frag<16x16xf32, #acc>
    gpu.return
  }
}
