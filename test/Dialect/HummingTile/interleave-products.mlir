// RUN: humming-opt %s --humming-tile-interleave-products | FileCheck %s

// Three steps of one atom each; what only a later step needs is made behind the step before it, with a fence in front. The load
// stays, and so does what the first step needs too. The wait leaves as many groups in flight as the second tile has now.

// CHECK-LABEL: gpu.func @turn
// CHECK: %[[LOADED:.+]] = vector.load
// CHECK-NEXT: %[[BOTH:.+]] = arith.addi %[[LOADED]], %[[LOADED]]
// CHECK-NEXT: %[[A0:.+]] = vector.bitcast %[[BOTH]]
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: %[[P0:.+]] = humming_tile.warpgroup_atom "m64k16" %[[A0]], %[[X0:[^,]+]], %{{[^,]+}} :
// CHECK-NEXT: %[[M1:.+]] = arith.muli %[[BOTH]], %[[LOADED]]
// CHECK-NEXT: %[[A1:.+]] = vector.bitcast %[[M1]]
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: %[[P1:.+]] = humming_tile.warpgroup_atom "m64k16" %[[A1]], %[[X1:[^,]+]], %[[P0]] :
// CHECK-NEXT: %[[M2:.+]] = arith.subi %[[M1]], %[[LOADED]]
// CHECK-NEXT: %[[A2:.+]] = vector.bitcast %[[M2]]
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: %[[P2:.+]] = humming_tile.warpgroup_atom "m64k16" %[[A2]], %[[X2:[^,]+]], %[[P1]] :
// CHECK-NEXT: warpgroup_commit

// Of the second tile each step is a group. Two atoms of the same tokens are a step.
// CHECK-NEXT: %[[B0:.+]] = vector.bitcast
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: %[[Q0:.+]] = humming_tile.warpgroup_atom "m64k16" %[[B0]], %[[X0]], %[[P2]] :
// CHECK-NEXT: %[[Q1:.+]] = humming_tile.warpgroup_atom "m64k16" %[[B0]], %[[X0]] :
// CHECK-NEXT: warpgroup_commit
// CHECK-NEXT: %[[N1:.+]] = arith.muli
// CHECK-NEXT: %[[B1:.+]] = vector.bitcast %[[N1]]
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: %[[Q2:.+]] = humming_tile.warpgroup_atom "m64k16" %[[B1]], %[[X1]], %[[Q0]] :
// CHECK-NEXT: warpgroup_commit
// CHECK-NEXT: %[[W:.+]]:2 = humming_tile.warpgroup_wait 2 %[[Q2]], %[[Q1]] weights(%[[A0]], %[[A1]]
// CHECK-NEXT: humming_tile.warpgroup_wait 0 %[[W]]#0, %[[W]]#1 weights(%[[B0]], %[[B1]]

// Of nine steps the last three share a group: a wait leaves seven in flight at most.
// CHECK-LABEL: gpu.func @long
// CHECK-COUNT-7: warpgroup_commit
// CHECK-NOT: warpgroup_commit
// CHECK: humming_tile.warpgroup_wait 7

// Products from zero of 128 registers: those of two tiles and their sums leave no room for operands of several steps.
// CHECK-LABEL: gpu.func @tight
// CHECK: arith.addi
// CHECK-NEXT: vector.bitcast
// CHECK-NEXT: warpgroup_fence
// CHECK-NEXT: warpgroup_atom
// CHECK-NEXT: warpgroup_atom
// CHECK-NEXT: warpgroup_commit
gpu.module @kernels {
  gpu.func @turn(%codes: memref<16xi32, #gpu.address_space<workgroup>>, %more: vector<4xi32>, %x0: i64, %x1: i64, %x2: i64,
                 %sum: vector<4xf32>) -> (vector<4xf32>, vector<4xf32>) {
    %c0 = arith.constant 0 : index
    %loaded = vector.load %codes[%c0] : memref<16xi32, #gpu.address_space<workgroup>>, vector<4xi32>
    %both = arith.addi %loaded, %loaded : vector<4xi32>
    %m1 = arith.muli %both, %loaded : vector<4xi32>
    %m2 = arith.subi %m1, %loaded : vector<4xi32>
    %a2 = vector.bitcast %m2 : vector<4xi32> to vector<8xf16>
    %a1 = vector.bitcast %m1 : vector<4xi32> to vector<8xf16>
    %a0 = vector.bitcast %both : vector<4xi32> to vector<8xf16>
    humming_tile.warpgroup_fence
    %p0 = humming_tile.warpgroup_atom "m64k16" %a0, %x0, %sum : vector<8xf16>, vector<4xf32>
    %p1 = humming_tile.warpgroup_atom "m64k16" %a1, %x1, %p0 : vector<8xf16>, vector<4xf32>
    %p2 = humming_tile.warpgroup_atom "m64k16" %a2, %x2, %p1 : vector<8xf16>, vector<4xf32>
    humming_tile.warpgroup_commit
    %n1 = arith.muli %more, %more : vector<4xi32>
    %b1 = vector.bitcast %n1 : vector<4xi32> to vector<8xf16>
    %b0 = vector.bitcast %more : vector<4xi32> to vector<8xf16>
    humming_tile.warpgroup_fence
    %q0 = humming_tile.warpgroup_atom "m64k16" %b0, %x0, %p2 : vector<8xf16>, vector<4xf32>
    %q1 = humming_tile.warpgroup_atom "m64k16" %b0, %x0 : vector<8xf16>, vector<4xf32>
    %q2 = humming_tile.warpgroup_atom "m64k16" %b1, %x1, %q0 : vector<8xf16>, vector<4xf32>
    humming_tile.warpgroup_commit
    %v:2 = humming_tile.warpgroup_wait 1 %q2, %q1 weights(%a0, %a1, %a2 : vector<8xf16>, vector<8xf16>, vector<8xf16>)
         : (vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
    %w:2 = humming_tile.warpgroup_wait 0 %v#0, %v#1 weights(%b0, %b1 : vector<8xf16>, vector<8xf16>)
         : (vector<4xf32>, vector<4xf32>) -> (vector<4xf32>, vector<4xf32>)
    gpu.return %w#0, %w#1 : vector<4xf32>, vector<4xf32>
  }

  gpu.func @long(%a: vector<4xi32>, %x0: i64, %x1: i64, %sum: vector<4xf32>) -> vector<4xf32> {
    %b0 = arith.addi %a, %a : vector<4xi32>
    %b1 = arith.addi %b0, %a : vector<4xi32>
    %b2 = arith.addi %b1, %a : vector<4xi32>
    %b3 = arith.addi %b2, %a : vector<4xi32>
    %b4 = arith.addi %b3, %a : vector<4xi32>
    %b5 = arith.addi %b4, %a : vector<4xi32>
    %b6 = arith.addi %b5, %a : vector<4xi32>
    %b7 = arith.addi %b6, %a : vector<4xi32>
    %b8 = arith.addi %b7, %a : vector<4xi32>
    %a0 = vector.bitcast %b0 : vector<4xi32> to vector<8xf16>
    %a1 = vector.bitcast %b1 : vector<4xi32> to vector<8xf16>
    %a2 = vector.bitcast %b2 : vector<4xi32> to vector<8xf16>
    %a3 = vector.bitcast %b3 : vector<4xi32> to vector<8xf16>
    %a4 = vector.bitcast %b4 : vector<4xi32> to vector<8xf16>
    %a5 = vector.bitcast %b5 : vector<4xi32> to vector<8xf16>
    %a6 = vector.bitcast %b6 : vector<4xi32> to vector<8xf16>
    %a7 = vector.bitcast %b7 : vector<4xi32> to vector<8xf16>
    %a8 = vector.bitcast %b8 : vector<4xi32> to vector<8xf16>
    humming_tile.warpgroup_fence
    %p0 = humming_tile.warpgroup_atom "m64k16" %a0, %x0, %sum : vector<8xf16>, vector<4xf32>
    %p1 = humming_tile.warpgroup_atom "m64k16" %a1, %x1, %p0 : vector<8xf16>, vector<4xf32>
    %p2 = humming_tile.warpgroup_atom "m64k16" %a2, %x0, %p1 : vector<8xf16>, vector<4xf32>
    %p3 = humming_tile.warpgroup_atom "m64k16" %a3, %x1, %p2 : vector<8xf16>, vector<4xf32>
    %p4 = humming_tile.warpgroup_atom "m64k16" %a4, %x0, %p3 : vector<8xf16>, vector<4xf32>
    %p5 = humming_tile.warpgroup_atom "m64k16" %a5, %x1, %p4 : vector<8xf16>, vector<4xf32>
    %p6 = humming_tile.warpgroup_atom "m64k16" %a6, %x0, %p5 : vector<8xf16>, vector<4xf32>
    %p7 = humming_tile.warpgroup_atom "m64k16" %a7, %x1, %p6 : vector<8xf16>, vector<4xf32>
    %p8 = humming_tile.warpgroup_atom "m64k16" %a8, %x0, %p7 : vector<8xf16>, vector<4xf32>
    humming_tile.warpgroup_commit
    %w = humming_tile.warpgroup_wait 1 %p8 : (vector<4xf32>) -> vector<4xf32>
    gpu.return %w : vector<4xf32>
  }
  gpu.func @tight(%a: vector<4xi32>, %x0: i64, %x1: i64) -> vector<128xf32> {
    %a0 = vector.bitcast %a : vector<4xi32> to vector<8xf16>
    %b = arith.addi %a, %a : vector<4xi32>
    %a1 = vector.bitcast %b : vector<4xi32> to vector<8xf16>
    humming_tile.warpgroup_fence
    %p0 = humming_tile.warpgroup_atom "m64k16" %a0, %x0 : vector<8xf16>, vector<128xf32>
    %p1 = humming_tile.warpgroup_atom "m64k16" %a1, %x1, %p0 : vector<8xf16>, vector<128xf32>
    humming_tile.warpgroup_commit
    gpu.return %p1 : vector<128xf32>
  }
}
