// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// A packing is a load and a store for each plane; its meaning is in the layouts. Padding is written too.

// CHECK-DAG: gpu.func @f_pack_b(%[[B:[^:]+]]: memref<64x40x!humming.code<u4>>, %[[PACKED:[^:]+]]: memref<64x40x!humming.code<u4>, #[[WEIGHTS:.+]]>) kernel attributes {known_block_size = array<i32: 256, 1, 1>}
// CHECK: humming_tile.foreach (%[[N0:[^,]+]], %[[K0:[^,]+]], {{.+}}) in (%c64{{.*}}, %c64{{.*}}, %c1{{.*}}) tile [64, 64, 1] {
// CHECK: %[[CODES:.+]] = humming_tile.load %[[B]][%[[N0]], %[[K0]]] : {{.+}} -> !humming_tile.frag<64x64x!humming.code<u4>>
// CHECK: humming_tile.store %[[CODES]] to %[[PACKED]][%[[N0]], %[[K0]]]

// CHECK: gpu.func @f_pack_scale(%{{.+}}: memref<64x5xf16>, %{{.+}}: memref<64x5xf16, #{{.+}}>)
// CHECK: tile [64, 8, 1] {

// Zero points become bytes.
// CHECK: gpu.func @f_pack_zero(%{{.+}}: memref<64x5x!humming.code<u4>>, %{{.+}}: memref<64x5x!humming.code<u8>, #{{.+}}>)
// CHECK: humming_tile.load {{.+}} : memref<64x5x!humming.code<u4>> -> !humming_tile.frag<64x8x!humming.code<u8>>

// CHECK: gpu.func @g_pack_b(%[[SIX:[^:]+]]: memref<64x64x!humming.code<e3m2>>, %[[BYTES:[^:]+]]: memref<?xi8>)
// CHECK-DAG: %[[LOW:.+]] = humming_tile.view %[[BYTES]] at 0
// CHECK-DAG: %[[HIGH:.+]] = humming_tile.view %[[BYTES]] at 2048
// Each plane has blocks of its own: those of the second are the rows behind the first.
// CHECK: humming_tile.foreach (%[[ROWS:[^,]+]], %[[K0:[^,]+]], {{.+}}) in (%c128{{.*}}, %c64{{.*}}, %c1{{.*}}) tile [64, 64, 1] {
// CHECK: %[[PLANE:.+]] = arith.divui %[[ROWS]], %c64
// CHECK: %[[N0:.+]] = arith.remui %[[ROWS]], %c64
// CHECK: %[[FIRST:.+]] = arith.cmpi eq, %[[PLANE]], %c0
// CHECK: scf.if %[[FIRST]] {
// CHECK: %[[FOUR:.+]] = humming_tile.load %[[SIX]][%[[N0]], %[[K0]]] plane 0 : {{.+}} -> !humming_tile.frag<64x64x!humming.code<u4>>
// CHECK: humming_tile.store %[[FOUR]] to %[[LOW]]
// CHECK: %[[SECOND:.+]] = arith.cmpi eq, %[[PLANE]], %c1
// CHECK: scf.if %[[SECOND]] {
// CHECK: %[[TWO:.+]] = humming_tile.load %[[SIX]][%[[N0]], %[[K0]]] plane 4 : {{.+}} -> !humming_tile.frag<64x64x!humming.code<u2>>
// CHECK: humming_tile.store %[[TWO]] to %[[HIGH]]

// Columns in the order of a permutation; a row of scales for each 32 rows; zero points that are numbers.
// CHECK: gpu.func @h_pack_b(%[[B:[^:]+]]: memref<64x40x!humming.code<u4>>, %[[PERM:[^:]+]]: memref<40xi32>, %[[PACKED:[^:]+]]: memref<64x40x!humming.code<u4>, #{{.+}}>)
// CHECK: %[[CODES:.+]] = humming_tile.load %[[B]][%{{.+}}, %{{.+}}] gather(%[[PERM]] : memref<40xi32>)
// CHECK: humming_tile.store %[[CODES]] to %[[PACKED]]
// CHECK: gpu.func @h_pack_scale(%{{.+}}: memref<2x5xf16>, %{{.+}}: memref<64x5xf16, #{{.+}}>)
// CHECK: humming_tile.load %{{.+}} row_block 32 : memref<2x5xf16> -> !humming_tile.frag<64x8xf16>
// CHECK: gpu.func @h_pack_zero(%{{.+}}: memref<2x5xf16>, %{{.+}}: memref<64x5xf16, #{{.+}}>)

// Codes that become operands are bytes: a minifloat no further than the greatest number, 448 as 126, its sign kept; of an unsigned code
// the middle of the range is 0, which flips a bit; two's complement is what it is.
// CHECK: gpu.func @k_pack_b(%[[B:[^:]+]]: memref<64x64xi8>, %[[PACKED:[^:]+]]: memref<64x64xi8, #{{.+}}>)
// CHECK: %[[CODES:.+]] = humming_tile.load %[[B]]{{.*}} -> !humming_tile.frag<64x64xi8>
// CHECK: %[[BYTES:.+]] = humming_tile.map(%[[CODES]] : !humming_tile.frag<64x64xi8>) {
// CHECK-NEXT: ^bb0(%[[BYTE:.+]]: i8):
// CHECK: %[[SIGN:.+]] = arith.andi %[[BYTE]], %c-128{{.*}} : i8
// CHECK: %[[MAGNITUDE:.+]] = arith.andi %[[BYTE]], %c127{{.*}} : i8
// CHECK: %[[LEAST:.+]] = arith.minui %[[MAGNITUDE]], %c126{{.*}} : i8
// CHECK: %[[NUMBER:.+]] = arith.ori %[[SIGN]], %[[LEAST]] : i8
// CHECK-NEXT: humming_tile.yield %[[NUMBER]] : i8
// CHECK: humming_tile.store %[[BYTES]] to %[[PACKED]]
// CHECK: gpu.func @l_pack_b(
// CHECK: humming_tile.map
// CHECK: arith.xori %{{.+}}, %c-128{{.*}} : i8
// CHECK-NEXT: humming_tile.yield
// CHECK: gpu.func @m_pack_b(%[[B:[^:]+]]: memref<64x64xi8>, %[[PACKED:[^:]+]]: memref<64x64xi8, #{{.+}}>)
// CHECK-NOT: humming_tile.map
// CHECK: humming_tile.store %{{.+}} to %[[PACKED]]
#operands = #humming_tile.layout<[[1, 64], [4, 16]] offset [0, 2, 1, 3]>
#weights = #humming_tile.layout<[[4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#high = #humming_tile.layout<[[4, 2, 8], [1, 2, 2, 2, 4, 2]] offset [0, 3, 2, 7, 4, 8, 5, 6, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [8]] offset [3, 0, 2, 1]>
func.func @f.prepare(%b: tensor<64x40x!humming.code<u4>>, %s: tensor<64x5xf16>, %z: tensor<64x5x!humming.code<u4>>)
    -> (tensor<64x40x!humming.code<u4>, #weights>, tensor<64x5xf16, #scales>, tensor<64x5x!humming.code<u8>, #scales>) {
  %0 = humming.pack %b : tensor<64x40x!humming.code<u4>> -> tensor<64x40x!humming.code<u4>, #weights>
  %1 = humming.pack %s : tensor<64x5xf16> -> tensor<64x5xf16, #scales>
  %2 = humming.pack %z : tensor<64x5x!humming.code<u4>> -> tensor<64x5x!humming.code<u8>, #scales>
  return %0, %1, %2
    : tensor<64x40x!humming.code<u4>, #weights>, tensor<64x5xf16, #scales>, tensor<64x5x!humming.code<u8>, #scales>
}

func.func @g.prepare(%b: tensor<64x64x!humming.code<e3m2>>) -> tensor<64x64x!humming.code<e3m2>, [#weights, #high]> {
  %0 = humming.pack %b : tensor<64x64x!humming.code<e3m2>> -> tensor<64x64x!humming.code<e3m2>, [#weights, #high]>
  return %0 : tensor<64x64x!humming.code<e3m2>, [#weights, #high]>
}

func.func @h.prepare(%b: tensor<64x40x!humming.code<u4>>, %s: tensor<2x5xf16>, %z: tensor<2x5xf16>, %p: tensor<40xi32>)
    -> (tensor<64x40x!humming.code<u4>, #weights>, tensor<64x5xf16, #scales>, tensor<64x5xf16, #scales>) {
  %0 = humming.pack %b perm(%p : tensor<40xi32>)
    : tensor<64x40x!humming.code<u4>> -> tensor<64x40x!humming.code<u4>, #weights>
  %1 = humming.pack %s row_block 32 : tensor<2x5xf16> -> tensor<64x5xf16, #scales>
  %2 = humming.pack %z row_block 32 : tensor<2x5xf16> -> tensor<64x5xf16, #scales>
  return %0, %1, %2
    : tensor<64x40x!humming.code<u4>, #weights>, tensor<64x5xf16, #scales>, tensor<64x5xf16, #scales>
}

func.func @k.prepare(%b: tensor<64x64x!humming.code<e4m3>>) -> tensor<64x64x!humming.code<e4m3>, #operands> {
  %0 = humming.pack %b as f8E4M3FN : tensor<64x64x!humming.code<e4m3>> -> tensor<64x64x!humming.code<e4m3>, #operands>
  return %0 : tensor<64x64x!humming.code<e4m3>, #operands>
}

func.func @l.prepare(%b: tensor<64x64x!humming.code<u8>>) -> tensor<64x64x!humming.code<u8>, #operands> {
  %0 = humming.pack %b as i8 : tensor<64x64x!humming.code<u8>> -> tensor<64x64x!humming.code<u8>, #operands>
  return %0 : tensor<64x64x!humming.code<u8>, #operands>
}

func.func @m.prepare(%b: tensor<64x64x!humming.code<i8>>) -> tensor<64x64x!humming.code<i8>, #operands> {
  %0 = humming.pack %b as i8 : tensor<64x64x!humming.code<i8>> -> tensor<64x64x!humming.code<i8>, #operands>
  return %0 : tensor<64x64x!humming.code<i8>, #operands>
}
