// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s

// What one block of a cluster does to others: it is one of four, all of which the kernel names.

!map = !nvgpu.tensormap.descriptor<tensor = memref<8x64xf16, #gpu.address_space<workgroup>>, swizzle = swizzle_128b, l2promo = none, oob = zero, interleave = none>
gpu.module @kernels {
  // CHECK-LABEL: llvm.func @cluster
  // CHECK-SAME: nvvm.cluster_dim = array<i32: 4, 1, 1>
  gpu.func @cluster(%x: !map, %v: f32, %w: vector<4xf32>, %mask: i16) kernel attributes {
      humming_tile.launch = #humming_tile.launch<threads = 256, shared = 4096, tiles = 4, block_n = 64, block_m = 32, split = 1, cluster = 4>} {
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %c0 = arith.constant 0 : index
    %b = memref.view %shared[%c0][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<6xi64, #gpu.address_space<workgroup>>
    %f = memref.view %shared[%c0][] : memref<?xi8, #gpu.address_space<workgroup>> to memref<64xf32, #gpu.address_space<workgroup>>
    // CHECK: %[[NUMBER:.+]] = nvvm.read.ptx.sreg.cluster.ctarank range <i32, 0, 4> : i32
    // CHECK: %[[RANK:.+]] = llvm.zext %[[NUMBER]] : i32 to i64
    %r = humming_tile.cluster_rank
    // CHECK-NEXT: nvvm.cluster.arrive{{$}}
    humming_tile.cluster_arrive
    // CHECK-NEXT: nvvm.cluster.wait{{$}}
    humming_tile.cluster_wait
    // CHECK-NEXT: nvvm.cluster.arrive.relaxed{{$}}
    humming_tile.cluster_arrive relaxed
    // CHECK-NEXT: nvvm.cluster.wait{{$}}
    humming_tile.cluster_wait
    // CHECK: nvvm.bar.warp.sync
    // CHECK: %[[LANE:.+]] = nvvm.read.ptx.sreg.laneid
    // CHECK: %[[FOUR:.+]] = llvm.mlir.constant(4 : i32)
    // CHECK: llvm.icmp "ult" %[[LANE]], %[[FOUR]]
    %first = humming_tile.elect 4
    // CHECK: %[[OWN:.+]] = llvm.getelementptr inbounds %{{.+}}[%[[RANK]]] : {{.+}} -> !llvm.ptr<3>, i64
    // CHECK: %[[AT:.+]] = llvm.trunc %[[RANK]] : i64 to i32
    // CHECK: %[[OTHER:.+]] = nvvm.mapa %[[OWN]], %[[AT]] : !llvm.ptr<3> -> !llvm.ptr<7>
    // CHECK: nvvm.mbarrier.arrive %[[OTHER]] : !llvm.ptr<7>{{$}}
    humming_tile.mbarrier_arrive %b[%r] at %r : memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: nvvm.cp.async.bulk.tensor.shared.cluster.global {{.+}} multicast_mask = %{{.+}} : !llvm.ptr<7>, !llvm.ptr
    humming_tile.bulk_box %x[%r, %c0] to %shared[%r] signal %b[%r] multicast %mask
      : !map to memref<?xi8, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: %[[THERE:.+]] = nvvm.mapa %{{.+}}, %{{.+}} : !llvm.ptr<3> -> !llvm.ptr<7>
    // CHECK: %[[ELEMENT:.+]] = llvm.getelementptr inbounds %[[THERE]][%[[RANK]]] : {{.+}} -> !llvm.ptr<7>, f32
    // CHECK: %[[COUNTING:.+]] = nvvm.mapa %{{.+}}, %{{.+}} : !llvm.ptr<3> -> !llvm.ptr<7>
    // CHECK: %[[COUNTER:.+]] = llvm.getelementptr inbounds %[[COUNTING]][%[[RANK]]] : {{.+}} -> !llvm.ptr<7>, i64
    // CHECK: %[[WORD:.+]] = llvm.bitcast %{{.+}} : f32 to i32
    // CHECK: llvm.inline_asm has_side_effects asm_dialect = att "st.async.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0], $2, [$1];", "l,l,r,~{memory}" %[[ELEMENT]], %[[COUNTER]], %[[WORD]] : (!llvm.ptr<7>, !llvm.ptr<7>, i32) -> ()
    humming_tile.cluster_store %v to %f[%r] at %r signal %b[%r]
      : f32 to memref<64xf32, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
    // CHECK: llvm.bitcast %{{.+}} : vector<4xf32> to vector<4xi32>
    // CHECK: "st.async.shared::cluster.mbarrier::complete_tx::bytes.v4.b32 [$0], {$2, $3, $4, $5}, [$1];", "l,l,r,r,r,r,~{memory}"
    humming_tile.cluster_store %w to %f[%r] at %r signal %b[%r]
      : vector<4xf32> to memref<64xf32, #gpu.address_space<workgroup>>, memref<6xi64, #gpu.address_space<workgroup>>
    gpu.return
  }
}
