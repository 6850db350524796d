// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s

// Products of warpgroups: inline PTX. Accumulators are operands tied to results, weights words, activations a descriptor.

gpu.module @kernels {
  // CHECK-LABEL: llvm.func @f16
  // CHECK-SAME: (%[[A:.+]]: vector<8xf16>, %[[C:.+]]: vector<8xf32>,
  gpu.func @f16(%a: vector<8xf16>, %c: vector<8xf32>, %out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %c0 = arith.constant 0 : index
    %view = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>> to memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
    humming_tile.proxy_fence
    // The 32-bit address in units of 16 bytes; 1024 bytes between groups of eight lines, from bit 32 on; 128 bytes of swizzle, bit 62.
    // CHECK: %[[ELEMENT:.+]] = llvm.getelementptr inbounds %{{.+}} -> !llvm.ptr<3>, f16
    // CHECK: %[[ADDRESS:.+]] = llvm.ptrtoint %[[ELEMENT]] : !llvm.ptr<3> to i32
    // CHECK: %[[MASK:.+]] = llvm.mlir.constant(262143 : i32) : i32
    // CHECK: %[[LOW:.+]] = llvm.and %[[ADDRESS]], %[[MASK]] : i32
    // CHECK: %[[FOUR:.+]] = llvm.mlir.constant(4 : i32) : i32
    // CHECK: %[[SHIFTED:.+]] = llvm.lshr %[[LOW]], %[[FOUR]] : i32
    // CHECK: %[[NONE:.+]] = llvm.mlir.constant(0 : i32) : i32
    // CHECK: %[[FIRST:.+]] = llvm.or %[[SHIFTED]], %[[NONE]] : i32
    // CHECK: %[[SECOND:.+]] = llvm.mlir.constant(1073741888 : i32) : i32
    // CHECK: %[[HALF:.+]] = llvm.insertelement %[[FIRST]], %{{.+}}[%{{.+}} : i64] : vector<2xi32>
    // CHECK: %[[HALVES:.+]] = llvm.insertelement %[[SECOND]], %[[HALF]][%{{.+}} : i64] : vector<2xi32>
    // CHECK: %[[B:.+]] = llvm.bitcast %[[HALVES]] : vector<2xi32> to i64
    %b = humming_tile.matrix_descriptor %view[%t] : memref<?xf16, #gpu.address_space<workgroup>>
    // CHECK: nvvm.wgmma.fence.aligned
    humming_tile.warpgroup_fence
    // CHECK: %[[C0:.+]] = llvm.extractelement %[[C]]
    // CHECK: %[[WORDS:.+]] = llvm.bitcast %[[A]] : vector<8xf16> to vector<4xi32>
    // CHECK: %[[W0:.+]] = llvm.extractelement %[[WORDS]]
    // CHECK: %[[D:.+]] = llvm.inline_asm has_side_effects asm_dialect = att
    // CHECK-SAME: setp.ne.b32 p, 1, 0;
    // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n16k16.f32.f16.f16 {$0, $1, $2, $3, $4, $5, $6, $7}, {$8, $9, $10, $11}, $12, p, 1, 1, 0;
    // CHECK-SAME: "=f,=f,=f,=f,=f,=f,=f,=f,r,r,r,r,l,0,1,2,3,4,5,6,7,~{memory}" %[[W0]], %{{[^ ]+}}, %{{[^ ]+}}, %{{[^ ]+}}, %[[B]], %[[C0]],
    // CHECK: llvm.extractvalue %[[D]][7]
    %d = humming_tile.warpgroup_atom "m64k16" %a, %b, %c : vector<8xf16>, vector<8xf32>
    // CHECK: nvvm.wgmma.commit.group.sync.aligned
    humming_tile.warpgroup_commit
    // The values pass through the wait, so that nothing that uses them comes before; the weights are read until there.
    // CHECK: %[[KEPT:.+]] = llvm.bitcast %[[A]] : vector<8xf16> to vector<4xi32>
    // CHECK: %[[K0:.+]] = llvm.extractelement %[[KEPT]]
    // CHECK: llvm.inline_asm has_side_effects asm_dialect = att "wgmma.wait_group.sync.aligned 1;", "=f,=f,=f,=f,=f,=f,=f,=f,r,r,r,r,0,1,2,3,4,5,6,7,~{memory}" %[[K0]],
    %e = humming_tile.warpgroup_wait 1 %d weights(%a : vector<8xf16>) : (vector<8xf32>) -> vector<8xf32>
    vector.store %e, %out[%t] : memref<?xf32, 1>, vector<8xf32>
    gpu.return
  }

  // From zero: a predicate that is false, sums that are only written.

  // CHECK-LABEL: llvm.func @from_zero
  gpu.func @from_zero(%a: vector<8xf16>, %w: vector<16xi8>, %b: i64, %out: memref<?xf32, 1>, %sums: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: llvm.inline_asm has_side_effects asm_dialect = att
    // CHECK-SAME: setp.ne.b32 p, 0, 0;
    // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p, 1, 1, 0;
    // CHECK-SAME: "=f,=f,=f,=f,r,r,r,r,l,~{memory}"
    // CHECK-SAME: (i32, i32, i32, i32, i64) -> !llvm.struct<(f32, f32, f32, f32)>
    %0 = humming_tile.warpgroup_atom "m64k16" %a, %b : vector<8xf16>, vector<4xf32>
    // CHECK: setp.ne.b32 p, 0, 0;
    // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n8k32.s32.s8.s8 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p;
    // CHECK-SAME: "=r,=r,=r,=r,r,r,r,r,l,~{memory}"
    %1 = humming_tile.warpgroup_atom "m64k32" %w, %b : vector<16xi8>, vector<4xi32>
    vector.store %0, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    vector.store %1, %sums[%t] : memref<?xi32, 1>, vector<4xi32>
    gpu.return
  }

  // The other types: none but the halves has a transposed form, integers have no signs to choose.

  // CHECK-LABEL: llvm.func @types
  gpu.func @types(%b: i64, %bf: vector<8xbf16>, %e4: vector<16xi8>, %f: vector<4xf32>, %i: vector<4xi32>, %in: memref<?xf8E4M3FN, 1>, %out: memref<?xf32, 1>, %sums: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    // CHECK: wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p, 1, 1, 0;
    %0 = humming_tile.warpgroup_atom "m64k16" %bf, %b, %f : vector<8xbf16>, vector<4xf32>
    // CHECK: wgmma.mma_async.sync.aligned.m64n8k32.s32.s8.s8 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p;
    // CHECK-SAME: "=r,=r,=r,=r,r,r,r,r,l,0,1,2,3,~{memory}"
    %1 = humming_tile.warpgroup_atom "m64k32" %e4, %b, %i : vector<16xi8>, vector<4xi32>
    %w = vector.load %in[%t] : memref<?xf8E4M3FN, 1>, vector<16xf8E4M3FN>
    // CHECK: wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p, 1, 1;
    %2 = humming_tile.warpgroup_atom "m64k32" %w, %b, %0 : vector<16xf8E4M3FN>, vector<4xf32>
    %w5 = vector.bitcast %w : vector<16xf8E4M3FN> to vector<16xf8E5M2>
    // CHECK: wgmma.mma_async.sync.aligned.m64n8k32.f32.e5m2.e5m2 {$0, $1, $2, $3}, {$4, $5, $6, $7}, $8, p, 1, 1;
    %3 = humming_tile.warpgroup_atom "m64k32" %w5, %b, %2 : vector<16xf8E5M2>, vector<4xf32>
    vector.store %3, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    vector.store %1, %sums[%t] : memref<?xi32, 1>, vector<4xi32>
    gpu.return
  }

  // Both operands in shared memory. Core matrices: 1024 bytes from one to the next along a row, in bits 16 to 29, 128 to the next eight
  // rows, in bits 32 to 45, no swizzle. The first descriptor stands in place of the registers.

  // CHECK-LABEL: llvm.func @shared
  gpu.func @shared(%b: i64, %f: vector<4xf32>, %i: vector<4xi32>, %out: memref<?xf32, 1>, %sums: memref<?xi32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 128, shared = 4096, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    // CHECK: %[[LEAST:.+]] = llvm.mlir.constant(4194304 : i32) : i32
    // CHECK: %[[FIRST:.+]] = llvm.or %{{.+}}, %[[LEAST]] : i32
    // CHECK: %[[SECOND:.+]] = llvm.mlir.constant(8 : i32) : i32
    // CHECK: %[[HALF:.+]] = llvm.insertelement %[[FIRST]]
    // CHECK: %[[HALVES:.+]] = llvm.insertelement %[[SECOND]], %[[HALF]]
    // CHECK: %[[A:.+]] = llvm.bitcast %[[HALVES]] : vector<2xi32> to i64
    %a = humming_tile.matrix_descriptor %shared[%t] matrices [1024, 128] : memref<?xi8, #gpu.address_space<workgroup>>
    // CHECK: setp.ne.b32 p, 1, 0;
    // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n8k32.f32.e4m3.e4m3 {$0, $1, $2, $3}, $4, $5, p, 1, 1;
    // CHECK-SAME: "=f,=f,=f,=f,l,l,0,1,2,3,~{memory}" %[[A]],
    %0 = humming_tile.warpgroup_atom "m64k32" %a of f8E4M3FN, %b, %f : i64, vector<4xf32>
    // CHECK: setp.ne.b32 p, 0, 0;
    // CHECK-SAME: wgmma.mma_async.sync.aligned.m64n8k32.s32.s8.s8 {$0, $1, $2, $3}, $4, $5, p;
    // CHECK-SAME: "=r,=r,=r,=r,l,l,~{memory}" %[[A]],
    %1 = humming_tile.warpgroup_atom "m64k32" %a of i8, %b : i64, vector<4xi32>
    vector.store %0, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    vector.store %1, %sums[%t] : memref<?xi32, 1>, vector<4xi32>
    gpu.return
  }
}
