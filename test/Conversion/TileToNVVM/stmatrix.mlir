// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s

// Words of two elements; rows and columns change places.

// CHECK-LABEL: llvm.func @f
gpu.module @kernels {
  gpu.func @f(%in: memref<?xf16, 1>, %narrow: memref<?xbf16, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %c0 = arith.constant 0 : index
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %f16 = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf16, #gpu.address_space<workgroup>>
    %bf16 = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xbf16, #gpu.address_space<workgroup>>
    // CHECK: %[[X:.+]] = llvm.load {{.+}} -> vector<8xf16>
    %x = vector.load %in[%t] : memref<?xf16, 1>, vector<8xf16>
    %y = vector.load %narrow[%t] : memref<?xbf16, 1>, vector<2xbf16>
    // CHECK: %[[ROW:.+]] = llvm.getelementptr {{.+}} -> !llvm.ptr<3>, f16
    // CHECK: %[[WORDS:.+]] = llvm.bitcast %[[X]] : vector<8xf16> to vector<4xi32>
    // CHECK: nvvm.stmatrix %[[ROW]], %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} {eltType = #nvvm.ld_st_matrix_elt_type<b16>, layout = #nvvm.mma_layout<col>, shape = #nvvm.ld_st_matrix_shape<m = 8, n = 8>} : !llvm.ptr<3>, i32, i32, i32, i32
    humming_tile.stmatrix %x to %f16[%t] : vector<8xf16> to memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: nvvm.stmatrix %{{.+}}, %{{.+}} {{{.+}}} : !llvm.ptr<3>, i32
    humming_tile.stmatrix %y to %bf16[%t] : vector<2xbf16> to memref<?xbf16, #gpu.address_space<workgroup>>
    gpu.return
  }
}
