// RUN: humming-opt %s --humming-pack-operands | FileCheck %s
// RUN: humming-opt %s --humming-pack-operands | humming-opt --humming-pack-operands | FileCheck %s

// Weights, scales and zero points get their packed types; @f.prepare packs them. Packed operands
// are left as they are. The layout does not depend on M or on the schedule.

// CHECK-DAG: #[[SCALE:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [2]] offset [3, 0, 2, 1]>
// CHECK-DAG: #[[WEIGHT:.+]] = #humming_tile.layout<{{\[\[}}4, 2, 8], [1, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>

// CHECK-LABEL: func.func @zero
// CHECK-SAME: (%[[A:.+]]: tensor<?x64xf16>, %[[W:.+]]: tensor<64x64x!humming.code<u4>, #[[WEIGHT]]>, %[[S:.+]]: tensor<64x2xf16, #[[SCALE]]>, %[[Z:.+]]: tensor<64x2x!humming.code<u8>, #[[SCALE]]>) -> tensor<?x64xf16>
// CHECK: humming.gemm a(%[[A]] : tensor<?x64xf16>) b(%[[W]] : tensor<64x64x!humming.code<u4>, #[[WEIGHT]]>)
func.func @zero(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>,
    %z: tensor<64x2x!humming.code<u4>>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) zero(%z : tensor<64x2x!humming.code<u4>>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}

// CHECK-LABEL: func.func @zero.prepare
// CHECK-SAME: (%[[W:.+]]: tensor<64x64x!humming.code<u4>>, %[[S:.+]]: tensor<64x2xf16>, %[[Z:.+]]: tensor<64x2x!humming.code<u4>>)
// CHECK: %[[PW:.+]] = humming.pack %[[W]] : tensor<64x64x!humming.code<u4>> -> tensor<64x64x!humming.code<u4>, #[[WEIGHT]]>
// CHECK: %[[PS:.+]] = humming.pack %[[S]] : tensor<64x2xf16> -> tensor<64x2xf16, #[[SCALE]]>
// CHECK: %[[PZ:.+]] = humming.pack %[[Z]] : tensor<64x2x!humming.code<u4>> -> tensor<64x2x!humming.code<u8>, #[[SCALE]]>
// CHECK: return %[[PW]], %[[PS]], %[[PZ]]

// CHECK-LABEL: func.func @scheduled
// CHECK-SAME: %{{.+}}: tensor<64x64x!humming.code<i4>, #[[WEIGHT]]>, %{{.+}}: tensor<64x2xbf16, #[[SCALE]]>
// CHECK-LABEL: func.func @scheduled.prepare
func.func @scheduled(%a: tensor<5x64xbf16>, %w: tensor<64x64x!humming.code<i4>>,
    %s: tensor<64x2xbf16>) -> tensor<5x64xbf16> {
  %c = humming.gemm a(%a : tensor<5x64xbf16>) b(%w : tensor<64x64x!humming.code<i4>>)
       scale(%s : tensor<64x2xbf16>) -> tensor<5x64xbf16>
       attributes {schedule = #humming.schedule<block = [64, 32, 64], warps = [2, 2], stages = 3,
                                                mma = m16n8k16, copy = sync, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to bf16
    humming.yield %h : bf16
  }
  return %c : tensor<5x64xbf16>
}

// Codes as wide as operands of 8 bits are packed as these.
// CHECK-LABEL: func.func @operands
// CHECK-SAME: tensor<64x128x!humming.code<e5m2>, #[[OPERANDS:.+]]>)
// CHECK-LABEL: func.func @operands.prepare
// CHECK: humming.pack %{{.+}} as f8E5M2 : tensor<64x128x!humming.code<e5m2>> -> tensor<64x128x!humming.code<e5m2>, #[[OPERANDS]]>
func.func @operands(%a: tensor<?x128xf8E5M2>, %w: tensor<64x128x!humming.code<e5m2>>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x128xf8E5M2>) b(%w : tensor<64x128x!humming.code<e5m2>>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
