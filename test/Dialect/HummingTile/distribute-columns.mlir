// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

#weights = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 2, 4, 4]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#tokens = #humming_tile.layout<[[1, 1, 8], [1, 2, 2, 4, 4]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#acc2 = #humming_tile.layout<[[1, 1, 2, 8], [1, 2, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#weights16 = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 2, 4, 2]] thread [0, 4, 3, 7] reg [1, 5, 6, 2, 8]>
#tokens16 = #humming_tile.layout<[[1, 2, 8], [1, 1, 2, 4, 2]] thread [0, 3, 2, 6] reg [1, 4, 5, 7]>
gpu.module @kernels {
  // Each range of columns is its atoms, into accumulators of its own. The tokens of the second are the upper two
  // words.
  // CHECK-LABEL: gpu.func @columns
  // CHECK: %[[ZERO:.+]] = vector.broadcast %{{.+}} : i32 to vector<4xi32>
  // CHECK: %[[ALL:.+]] = vector.bitcast %{{.+}} : vector<16xi8> to vector<4xi32>
  // CHECK: %[[LOW:.+]] = vector.extract_strided_slice %[[ALL]] {offsets = [0], sizes = [2], strides = [1]}
  // CHECK: %[[T0:.+]] = vector.bitcast %[[LOW]] : vector<2xi32> to vector<8xi8>
  // CHECK: humming_tile.mma_atom "m16n8k32" %{{.+}}, %[[T0]], %[[ZERO]] : vector<16xi8>, vector<8xi8>, vector<4xi32>
  // CHECK: %[[HIGH:.+]] = vector.extract_strided_slice %{{.+}} {offsets = [2], sizes = [2], strides = [1]}
  // CHECK: %[[T1:.+]] = vector.bitcast %[[HIGH]] : vector<2xi32> to vector<8xi8>
  // CHECK: humming_tile.mma_atom "m16n8k32" %{{.+}}, %[[T1]], %[[ZERO]]
  // CHECK-NOT: humming_tile.mma_atom
  gpu.func @columns(%x: i8, %y: i8, %z: i32) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %w = humming_tile.splat %x : i8 -> !humming_tile.frag<16x64xi8, #weights>
    %t = humming_tile.splat %y : i8 -> !humming_tile.frag<8x64xi8, #tokens>
    %zero = humming_tile.splat %z : i32 -> !humming_tile.frag<16x8xi32, #acc>
    %p = humming_tile.mma "m16n8k32" warps [1, 1] columns [0, 32] %w, %t, %zero
       : !humming_tile.frag<16x64xi8, #weights>, !humming_tile.frag<8x64xi8, #tokens>, !humming_tile.frag<16x8xi32, #acc>
    %q = humming_tile.mma "m16n8k32" warps [1, 1] columns [32, 32] %w, %t, %zero
       : !humming_tile.frag<16x64xi8, #weights>, !humming_tile.frag<8x64xi8, #tokens>, !humming_tile.frag<16x8xi32, #acc>
    gpu.return
  }

  // Accumulators of f16 lie eight to a vector outside the atoms.
  // CHECK-LABEL: gpu.func @half_accumulators
  // CHECK: scf.for {{.+}} iter_args(%[[ACC:.+]] = %{{.+}}) -> (vector<8xf16>)
  // CHECK: %[[C0:.+]] = vector.extract_strided_slice %[[ACC]] {offsets = [0], sizes = [4], strides = [1]}
  // CHECK: %[[C1:.+]] = vector.extract_strided_slice %[[ACC]] {offsets = [4], sizes = [4], strides = [1]}
  // CHECK: %[[D0:.+]] = humming_tile.mma_atom "m16n8k16" {{.+}}, %[[C0]] : vector<8xf16>, vector<4xf16>, vector<4xf16>
  // CHECK: %[[D1:.+]] = humming_tile.mma_atom "m16n8k16" {{.+}}, %[[C1]] : vector<8xf16>, vector<4xf16>, vector<4xf16>
  // CHECK: %[[X:.+]] = vector.insert_strided_slice %[[D0]], %{{.+}} {offsets = [0], strides = [1]}
  // CHECK: %[[Y:.+]] = vector.insert_strided_slice %[[D1]], %[[X]] {offsets = [4], strides = [1]}
  // CHECK: scf.yield %[[Y]] : vector<8xf16>
  gpu.func @half_accumulators(%x: f16, %k: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %w = humming_tile.splat %x : f16 -> !humming_tile.frag<16x16xf16, #weights16>
    %t = humming_tile.splat %x : f16 -> !humming_tile.frag<16x16xf16, #tokens16>
    %init = humming_tile.splat %x : f16 -> !humming_tile.frag<16x16xf16, #acc2>
    %sum = scf.for %i = %c0 to %k step %c16 iter_args(%acc = %init) -> (!humming_tile.frag<16x16xf16, #acc2>) {
      %d = humming_tile.mma "m16n8k16" warps [1, 1] %w, %t, %acc
         : !humming_tile.frag<16x16xf16, #weights16>, !humming_tile.frag<16x16xf16, #tokens16>,
           !humming_tile.frag<16x16xf16, #acc2>
      scf.yield %d : !humming_tile.frag<16x16xf16, #acc2>
    }
    gpu.return
  }
}
