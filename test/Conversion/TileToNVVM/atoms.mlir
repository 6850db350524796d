// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))' | FileCheck %s

// Each matrix instruction is a call of its record's intrinsic: f16 in pairs, bf16 as words.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @f16
  gpu.func @f16(%out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %c0 = arith.constant 0 : index
    %view = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: %[[X4:.*]] = nvvm.ldmatrix %{{.*}} {{{.*}}num = 4 : i32{{.*}}} : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32, i32, i32)>
    // CHECK: llvm.extractvalue %[[X4]][0]
    %x4 = nvgpu.ldmatrix %view[%t] {numTiles = 4 : i32, transpose = false}
        : memref<?xf16, #gpu.address_space<workgroup>> -> vector<4x2xf16>
    // CHECK: %[[X1:.*]] = nvvm.ldmatrix %{{.*}} {{{.*}}layout = #nvvm.mma_layout<col>, num = 1 : i32{{.*}}} : (!llvm.ptr<3>) -> i32
    // CHECK: llvm.bitcast %[[X1]] : i32 to vector<2xf16>
    %x1 = nvgpu.ldmatrix %view[%t] {numTiles = 1 : i32, transpose = true}
        : memref<?xf16, #gpu.address_space<workgroup>> -> vector<1x2xf16>
    %a = vector.shape_cast %x4 : vector<4x2xf16> to vector<8xf16>
    %k8 = vector.shape_cast %x1 : vector<1x2xf16> to vector<2xf16>
    %b = vector.shuffle %k8, %k8 [0, 1, 2, 3] : vector<2xf16>, vector<2xf16>
    %zero = arith.constant dense<0.0> : vector<4xf32>
    // CHECK: %[[D:.*]] = llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f32.f32"(
    // CHECK-SAME: : (vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32)
    // CHECK-SAME: -> !llvm.struct<(f32, f32, f32, f32)>
    // CHECK: %[[D3:.*]] = llvm.extractvalue %[[D]][3]
    // CHECK: llvm.insertelement %[[D3]]
    %d = humming_tile.mma_atom "m16n8k16" %a, %b, %zero : vector<8xf16>, vector<4xf16>, vector<4xf32>
    %half = vector.shuffle %a, %a [0, 1, 2, 3] : vector<8xf16>, vector<8xf16>
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k8.row.col.f32.f32"(
    // CHECK-SAME: : (vector<2xf16>, vector<2xf16>, vector<2xf16>, f32, f32, f32, f32)
    %e = humming_tile.mma_atom "m16n8k8" %half, %k8, %d : vector<4xf16>, vector<2xf16>, vector<4xf32>
    vector.store %e, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @bf16
  gpu.func @bf16(%in: memref<?xbf16, 1>, %out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xbf16, 1>, vector<8xbf16>
    %b = vector.load %in[%t] : memref<?xbf16, 1>, vector<4xbf16>
    %zero = arith.constant dense<0.0> : vector<4xf32>
    // CHECK: llvm.bitcast %{{.*}} : vector<8xbf16> to vector<4xi32>
    // CHECK: llvm.bitcast %{{.*}} : vector<4xbf16> to vector<2xi32>
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.bf16"(
    // CHECK-SAME: : (i32, i32, i32, i32, i32, i32, f32, f32, f32, f32)
    %d = humming_tile.mma_atom "m16n8k16" %a, %b, %zero : vector<8xbf16>, vector<4xbf16>, vector<4xf32>
    vector.store %d, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    gpu.return
  }
}
