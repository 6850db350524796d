// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_120}))' | FileCheck %s

// Elements of 8 and 4 bits: i8 and i4 in registers, bytes in memory, words for the instructions.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @memory
  gpu.func @memory(%in: memref<?xi4, 1>, %out: memref<?xf4E2M1FN, 1>, %bytes: memref<?xf8E5M2, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // CHECK: %[[T:.*]] = llvm.zext
    %t = gpu.thread_id x
    // CHECK: %[[TWO:.*]] = llvm.mlir.constant(2 : i64)
    // CHECK: %[[BYTE:.*]] = llvm.udiv %[[T]], %[[TWO]]
    // CHECK: %[[AT:.*]] = llvm.getelementptr inbounds %{{.*}}[%[[BYTE]]] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, i8
    // CHECK: llvm.load %[[AT]] {alignment = 16 : i64} : !llvm.ptr<1> -> vector<4xi32>
    // CHECK: llvm.bitcast %{{.*}} : vector<4xi32> to vector<32xi4>
    %x = vector.load %in[%t] : memref<?xi4, 1>, vector<32xi4>
    %words = vector.bitcast %x : vector<32xi4> to vector<4xi32>
    %y = vector.bitcast %words : vector<4xi32> to vector<32xf4E2M1FN>
    // CHECK: llvm.bitcast %{{.*}} : vector<32xi4> to vector<4xi32>
    // CHECK: llvm.store %{{.*}}, %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
    vector.store %y, %out[%t] : memref<?xf4E2M1FN, 1>, vector<32xf4E2M1FN>
    // CHECK: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr<1> -> vector<4xi8>
    %z = vector.load %bytes[%t] : memref<?xf8E5M2, 1>, vector<4xf8E5M2>
    vector.store %z, %bytes[%t] : memref<?xf8E5M2, 1>, vector<4xf8E5M2>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @ldmatrix
  gpu.func @ldmatrix(%out: memref<?xi8, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    // CHECK: nvvm.ldmatrix %{{.*}} {{{.*}}num = 4 : i32{{.*}}} : (!llvm.ptr<3>) -> !llvm.struct<(i32, i32, i32, i32)>
    // CHECK: llvm.bitcast %{{.*}} : i32 to vector<4xi8>
    %x4 = nvgpu.ldmatrix %shared[%t] {numTiles = 4 : i32, transpose = false}
        : memref<?xi8, #gpu.address_space<workgroup>> -> vector<4x4xi8>
    // CHECK-COUNT-4: llvm.insertelement %{{.*}} : vector<4xi32>
    // CHECK: llvm.bitcast %{{.*}} : vector<4xi32> to vector<16xi8>
    %x = vector.shape_cast %x4 : vector<4x4xi8> to vector<16xi8>
    vector.store %x, %out[%t] : memref<?xi8, 1>, vector<16xi8>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @eight_rows
  gpu.func @eight_rows(%in: memref<?xi8, 1>, %out: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xi8, 1>, vector<16xi8>
    %b = vector.load %in[%t] : memref<?xi8, 1>, vector<8xi8>
    %zero = arith.constant dense<0> : vector<4xi32>
    // Rows 0 and 8 of the first half of k, then of the second.
    // CHECK: %[[A:.*]] = llvm.bitcast %{{.*}} : vector<16xi8> to vector<4xi32>
    // CHECK: %[[A0:.*]] = llvm.extractelement %[[A]]
    // CHECK: %[[A1:.*]] = llvm.extractelement %[[A]]
    // CHECK: %[[A2:.*]] = llvm.extractelement %[[A]]
    // CHECK: %[[A3:.*]] = llvm.extractelement %[[A]]
    // CHECK: %[[B:.*]] = llvm.bitcast %{{.*}} : vector<8xi8> to vector<2xi32>
    // CHECK: %[[B0:.*]] = llvm.extractelement %[[B]]
    // CHECK: %[[B1:.*]] = llvm.extractelement %[[B]]
    // CHECK: %[[D0:.*]] = llvm.call_intrinsic "llvm.nvvm.mma.m8n8k16.row.col.s8"(%[[A0]], %[[B0]], %{{.*}}, %{{.*}}) : (i32, i32, i32, i32) -> !llvm.struct<(i32, i32)>
    // CHECK: %[[D00:.*]] = llvm.extractvalue %[[D0]][0]
    // CHECK: %[[D01:.*]] = llvm.extractvalue %[[D0]][1]
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m8n8k16.row.col.s8"(%[[A1]], %[[B0]],
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m8n8k16.row.col.s8"(%[[A2]], %[[B1]], %[[D00]], %[[D01]])
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m8n8k16.row.col.s8"(%[[A3]], %[[B1]],
    %d = humming_tile.mma_atom "m8n8k16" %a, %b, %zero : vector<16xi8>, vector<8xi8>, vector<4xi32>
    vector.store %d, %out[%t] : memref<?xi32, 1>, vector<4xi32>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @unit_scales
  gpu.func @unit_scales(%in: memref<?xf4E2M1FN, 1>, %out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xf4E2M1FN, 1>, vector<32xf4E2M1FN>
    %b = vector.load %in[%t] : memref<?xf4E2M1FN, 1>, vector<16xf4E2M1FN>
    %zero = arith.constant dense<0.0> : vector<4xf32>
    // Four exponents of 127: scales of one.
    // CHECK: %[[ONE:.*]] = llvm.mlir.constant(2139062143 : i32) : i32
    // CHECK: %[[FIRST:.*]] = llvm.mlir.constant(0 : i16) : i16
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.block.scale.m16n8k64.row.col.mxf4.scale.2x.f32.e2m1.e2m1.f32.ue8m0"(
    // CHECK-SAME: %[[ONE]], %[[FIRST]], %[[FIRST]],
    %d = humming_tile.mma_atom "m16n8k64" %a, %b, %zero : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
    vector.store %d, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @scales
  gpu.func @scales(%in: memref<?xf4E2M1FN, 1>, %mx: memref<?xf8E8M0FNU, 1>, %nv: memref<?xf8E4M3FN, 1>, %out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xf4E2M1FN, 1>, vector<32xf4E2M1FN>
    %b = vector.load %in[%t] : memref<?xf4E2M1FN, 1>, vector<16xf4E2M1FN>
    %c = vector.load %out[%t] : memref<?xf32, 1>, vector<4xf32>
    // CHECK: %[[TWO_A:.*]] = llvm.load %{{.*}} -> vector<2xi8>
    %s = vector.load %mx[%t] : memref<?xf8E8M0FNU, 1>, vector<2xf8E8M0FNU>
    // CHECK: %[[FOUR_A:.*]] = llvm.load %{{.*}} -> vector<4xi8>
    %u = vector.load %nv[%t] : memref<?xf8E4M3FN, 1>, vector<4xf8E4M3FN>
    // CHECK: %[[HALF:.*]] = llvm.bitcast %[[TWO_A]] : vector<2xi8> to i16
    // CHECK: %[[WORD:.*]] = llvm.zext %[[HALF]] : i16 to i32
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.block.scale.m16n8k64.row.col.mxf4.scale.2x.f32.e2m1.e2m1.f32.ue8m0"(
    // CHECK-SAME: %[[WORD]], %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}) :
    %d = humming_tile.mma_atom "m16n8k64" %a, %b, %c scales(%s, %s : vector<2xf8E8M0FNU>, vector<2xf8E8M0FNU>)
        : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
    // CHECK: %[[ALL:.*]] = llvm.bitcast %[[FOUR_A]] : vector<4xi8> to i32
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.block.scale.m16n8k64.row.col.mxf4nvf4.scale.4x.f32.e2m1.e2m1.f32.ue4m3"(
    // CHECK-SAME: %[[ALL]], %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}, %{{[0-9]+}}) :
    %e = humming_tile.mma_atom "m16n8k64" %a, %b, %d scales(%u, %u : vector<4xf8E4M3FN>, vector<4xf8E4M3FN>)
        : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
    vector.store %e, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    gpu.return
  }

  // CHECK-LABEL: llvm.func @f16_accumulators
  gpu.func @f16_accumulators(%in: memref<?xf16, 1>, %out: memref<?xf16, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xf16, 1>, vector<8xf16>
    %b = vector.load %in[%t] : memref<?xf16, 1>, vector<4xf16>
    %zero = arith.constant dense<0.0> : vector<4xf16>
    // CHECK: llvm.call_intrinsic "llvm.nvvm.mma.m16n8k16.row.col.f16.f16"(
    // CHECK-SAME: -> !llvm.struct<(vector<2xf16>, vector<2xf16>)>
    // CHECK-COUNT-4: llvm.insertelement %{{.*}} : vector<4xf16>
    %d = humming_tile.mma_atom "m16n8k16" %a, %b, %zero : vector<8xf16>, vector<4xf16>, vector<4xf16>
    vector.store %d, %out[%t] : memref<?xf16, 1>, vector<4xf16>
    gpu.return
  }
}
