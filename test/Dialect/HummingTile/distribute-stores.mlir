// RUN: humming-opt %s --humming-tile-distribute | FileCheck %s

#acc = #humming_tile.layout<[[1, 1, 2, 8], [1, 1, 4, 2]] thread [0, 4, 3, 6] reg [1, 5, 2, 7]>
#share = #humming_tile.layout<[[1, 2, 8], [1, 4, 2, 4, 2]] thread [2, 6] reg [0, 3, 4, 7, 5, 1]>
#packed = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scale = #humming_tile.layout<[[1, 8, 8], [1]] thread [0, 2] reg [3, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
gpu.module @kernels {
  // Outputs are stored at [token, channel]: a lane's two tokens are masked, its two channels always exist.
  // CHECK-LABEL: gpu.func @transposed
  // CHECK-SAME: (%[[C:.+]]: memref<?xf32, #gpu.address_space<global>>, %[[X:.+]]: f32, %[[M0:.+]]: index, %[[N0:.+]]: index, %[[M32:.+]]: i32)
  // CHECK: %[[THREAD:.+]] = gpu.thread_id x
  // CHECK: %[[M:.+]] = arith.index_castui %[[M32]]
  // CHECK: %[[LINE:.+]] = arith.muli %[[M0]], %c64{{.*}} : index
  // CHECK: %[[TOKEN:.+]] = arith.addi %[[M0]], %{{.+}} : index
  // CHECK: %[[IN:.+]] = arith.cmpi ult, %[[TOKEN]], %[[M]] : index
  // CHECK: scf.if %[[IN]] {
  // CHECK: memref.store %{{.+}}, %[[C]]
  // CHECK: arith.cmpi ult, %{{.+}}, %[[M]] : index
  // CHECK: memref.store
  // CHECK: arith.addi %{{.+}}, %c8{{.*}} : index
  // CHECK: memref.store
  // CHECK: memref.store
  // CHECK-NOT: memref.store
  gpu.func @transposed(%c: memref<?x64xf32>, %x: f32, %m0: index, %n0: index, %m: i32) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.splat %x : f32 -> !humming_tile.frag<16x8xf32, #acc>
    humming_tile.store %0 to %c[%m0, %n0] transpose : !humming_tile.frag<16x8xf32, #acc> to memref<?x64xf32>
    gpu.return
  }

  // Memory of elements of eight bits is bytes.
  // CHECK-LABEL: gpu.func @bytes
  // CHECK-SAME: %[[C:.+]]: memref<?xi8, #gpu.address_space<global>>
  // CHECK: %[[VALUES:.+]] = vector.broadcast %{{.+}} : f8E4M3FN to vector<4xf8E4M3FN>
  // CHECK: %[[ONE:.+]] = vector.extract_strided_slice %[[VALUES]] {offsets = [0], sizes = [1], strides = [1]}
  // CHECK: %[[BYTE:.+]] = vector.bitcast %[[ONE]] : vector<1xf8E4M3FN> to vector<1xi8>
  // CHECK: vector.store %[[BYTE]], %[[C]]
  // CHECK-COUNT-3: vector.store
  // CHECK-NOT: vector.store
  gpu.func @bytes(%c: memref<64x64xf8E4M3FN>, %x: f8E4M3FN, %m0: index, %n0: index) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.splat %x : f8E4M3FN -> !humming_tile.frag<16x8xf8E4M3FN, #acc>
    humming_tile.store %0 to %c[%m0, %n0] transpose : !humming_tile.frag<16x8xf8E4M3FN, #acc> to memref<64x64xf8E4M3FN>
    gpu.return
  }

  // Packing: codes are read one by one (bit 4 * column of a row of 20 bytes), zero beyond column 40, and
  // written 16 bytes a lane: four words of eight.
  // CHECK-LABEL: gpu.func @codes
  // CHECK-SAME: (%[[FROM:.+]]: memref<?xi8, #gpu.address_space<global>>, %[[TO:.+]]: memref<?xi8, #gpu.address_space<global>>, %[[N0:.+]]: index, %[[K0:.+]]: index)
  // CHECK: %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c40{{.*}} : index
  // CHECK: scf.if %[[IN]] -> (i32) {
  // CHECK: memref.load %[[FROM]]
  // CHECK: } else {
  // CHECK: arith.constant 0 : i32
  // CHECK-COUNT-31: memref.load %[[FROM]]
  // CHECK-NOT: memref.load
  // CHECK: %[[WORDS:.+]] = vector.from_elements %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}} : vector<4xi32>
  // CHECK: %[[BYTES:.+]] = vector.bitcast %[[WORDS]] : vector<4xi32> to vector<16xi8>
  // CHECK: vector.store %[[BYTES]], %[[TO]]
  // CHECK-NOT: vector.store
  gpu.func @codes(%from: memref<64x40x!humming.code<u4>>, %to: memref<64x40x!humming.code<u4>, #packed>, %n0: index,
                  %k0: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %from[%n0, %k0]
       : memref<64x40x!humming.code<u4>> -> !humming_tile.frag<16x64x!humming.code<u4>, #share>
    humming_tile.store %0 to %to[%n0, %k0]
      : !humming_tile.frag<16x64x!humming.code<u4>, #share> to memref<64x40x!humming.code<u4>, #packed>
    gpu.return
  }

  // Behind the last row the first is read, without branches, and zero taken.
  // CHECK-LABEL: gpu.func @rows
  // CHECK-NOT: scf.if
  // CHECK: %[[IN:.+]] = arith.cmpi ult, %{{.+}}, %c40{{.*}} : index
  // CHECK: %[[EXISTS:.+]] = arith.cmpi ult, %[[ROW:.+]], %c40{{.*}} : index
  // CHECK: %[[READ:.+]] = arith.select %[[EXISTS]], %[[ROW]], %c0{{.*}} : index
  // CHECK: arith.muli %[[READ]], %c32{{.*}} : index
  // CHECK: memref.load
  // CHECK: %[[CODE:.+]] = arith.andi
  // CHECK: arith.select %[[IN]], %[[CODE]], %c0{{.*}} : i32
  // CHECK: gpu.return
  gpu.func @rows(%from: memref<40x64x!humming.code<u4>>, %to: memref<40x64x!humming.code<u4>, #packed>, %n0: index,
                 %k0: index) kernel attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %from[%n0, %k0]
       : memref<40x64x!humming.code<u4>> -> !humming_tile.frag<16x64x!humming.code<u4>, #share>
    humming_tile.store %0 to %to[%n0, %k0]
      : !humming_tile.frag<16x64x!humming.code<u4>, #share> to memref<40x64x!humming.code<u4>, #packed>
    gpu.return
  }

  // Eight threads have the scales of 64 rows; the others write nothing.
  // CHECK-LABEL: gpu.func @scales
  // CHECK: %[[THREAD:.+]] = gpu.thread_id x
  // CHECK: %[[OWNS:.+]] = arith.cmpi ult, %[[THREAD]], %c8{{.*}} : index
  // CHECK-NEXT: scf.if %[[OWNS]] {
  // CHECK: vector.store %{{.+}} : memref<?xf16, #gpu.address_space<global>>, vector<8xf16>
  // CHECK-NOT: vector.store
  gpu.func @scales(%from: memref<64x2xf16>, %to: memref<64x2xf16, #scales>, %n0: index, %g: index) kernel
      attributes {known_block_size = array<i32: 32, 1, 1>} {
    %0 = humming_tile.load %from[%n0, %g] : memref<64x2xf16> -> !humming_tile.frag<64x1xf16, #scale>
    humming_tile.store %0 to %to[%n0, %g] : !humming_tile.frag<64x1xf16, #scale> to memref<64x2xf16, #scales>
    gpu.return
  }
}
