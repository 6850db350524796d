// RUN: humming-opt %s --convert-humming-to-tile | FileCheck %s --implicit-check-not=humming.gemm --implicit-check-not=func.func

// One kernel: arguments of the function, its result, and m. In each tile a pipeline over k; behind it the
// epilogue on the accumulators, whose rows are channels: results and residuals are transposed.

// CHECK: #[[WEIGHTS:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 8]
// CHECK: #[[SCALES:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8]
// CHECK: gpu.module @kernels {
// CHECK: gpu.func @gemm(%[[A:[^:]+]]: memref<?x128xf16>, %[[W:[^:]+]]: memref<64x128x!humming.code<u4>, #[[WEIGHTS]]>, %[[S:[^:]+]]: memref<64x2xf16, #[[SCALES]]>, %[[Z:[^:]+]]: memref<64x2x!humming.code<u8>, #[[SCALES]]>, %[[BIAS:[^:]+]]: memref<64xf16>, %[[R:[^:]+]]: memref<?x64xf16>, %[[C:[^:]+]]: memref<?x64xf16>, %[[M:[^:]+]]: i32) kernel
// CHECK-SAME: known_block_size = array<i32: 128, 1, 1>
// CHECK: %[[TOKENS:.+]] = arith.index_castui %[[M]] : i32 to index
// CHECK: humming_tile.foreach (%[[N0:.+]], %[[M0:.+]], %{{.+}}, %[[LOWER:.+]], %[[UPPER:.+]], %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}) in (%c64{{.*}}, %[[TOKENS]], %c128{{.*}}) tile [64, 16, 64] {
// CHECK: %[[CODES:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x64x!humming.code<u4>>
// CHECK: %[[X:.+]] = humming_tile.alloc : !humming_tile.smem<3x16x64xf16>
// CHECK: %[[SCALE:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x1xf16>
// CHECK: %[[ZERO:.+]] = humming_tile.alloc : !humming_tile.smem<3x64x1x!humming.code<u8>>
// CHECK: %[[NOTHING:.+]] = humming_tile.splat %{{.+}} : f32 -> !humming_tile.frag<64x16xf32>
// CHECK: %[[SUM:.+]] = humming_tile.pipeline from %[[LOWER]] to %[[UPPER]] step 64 copy "cp_async" buffers(%[[CODES]], %[[X]], %[[SCALE]], %[[ZERO]] : {{.+}}) iter(%[[NOTHING]] : !humming_tile.frag<64x16xf32>) produce {
// CHECK: ^bb0(%[[K:.+]]: index):
// CHECK: humming_tile.copy %[[W]][%[[N0]], %[[K]]] to %[[CODES]]
// CHECK: humming_tile.copy %[[A]][%[[M0]], %[[K]]] to %[[X]]
// CHECK: %[[GROUP:.+]] = arith.divui %[[K]], %c64{{.*}} : index
// CHECK: humming_tile.copy %[[S]][%[[N0]], %[[GROUP]]] to %[[SCALE]]
// CHECK: humming_tile.copy %[[Z]][%[[N0]], %{{.+}}] to %[[ZERO]]
// CHECK: } consume {
// CHECK: ^bb0(%{{.+}}: index, %[[ACC:.+]]: !humming_tile.frag<64x16xf32>):
// CHECK: %[[C0:.+]] = humming_tile.load %[[CODES]]
// CHECK: %[[T0:.+]] = humming_tile.load %[[X]]
// CHECK: %[[S0:.+]] = humming_tile.load %[[SCALE]]
// CHECK: %[[Z0:.+]] = humming_tile.load %[[ZERO]]
// CHECK: %[[V:.+]] = humming_tile.dequant !humming.code<u4> %[[C0]] scale(%[[S0]] : {{.+}}) zero(%[[Z0]] : {{.+}})
// CHECK: humming_tile.mma "m16n8k16" warps [4, 1] %[[V]], %[[T0]], %[[ACC]]
// CHECK: %[[B:.+]] = humming_tile.load %[[BIAS]][%[[N0]]] : memref<64xf16> -> !humming_tile.frag<64x16xf16>
// CHECK: %[[OLD:.+]] = humming_tile.load %[[R]][%[[M0]], %[[N0]]] transpose : memref<?x64xf16> -> !humming_tile.frag<64x16xf16>
// CHECK: %[[OUT:.+]] = humming_tile.map(%[[SUM]], %[[B]], %[[OLD]] :
// CHECK: arith.extf
// CHECK: arith.addf
// CHECK: arith.truncf
// CHECK: arith.addf
// CHECK: humming_tile.store %[[OUT]] to %[[C]][%[[M0]], %[[N0]]] transpose
#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
#scales = #humming_tile.layout<[[1, 8, 8], [2]] offset [3, 0, 2, 1]>
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>, %s: tensor<64x2xf16, #scales>,
    %z: tensor<64x2x!humming.code<u8>, #scales>, %bias: tensor<64xf16>, %r: tensor<?x64xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>)
       scale(%s : tensor<64x2xf16, #scales>) zero(%z : tensor<64x2x!humming.code<u8>, #scales>)
       epilogue(%bias, %r : tensor<64xf16>, tensor<?x64xf16>) -> tensor<?x64xf16>
       attributes {schedule = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32, %b: f16, %x: f16):
    %wide = arith.extf %b : f16 to f32
    %sum = arith.addf %acc, %wide : f32
    %h = arith.truncf %sum : f32 to f16
    %y = arith.addf %h, %x : f16
    humming.yield %y : f16
  }
  return %c : tensor<?x64xf16>
}
