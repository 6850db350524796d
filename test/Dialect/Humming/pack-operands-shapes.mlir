// RUN: humming-opt %s --humming-pack-operands | FileCheck %s
// RUN: humming-opt %s --humming-pack-operands | humming-opt --humming-pack-operands | FileCheck %s

// Scales of every shape are packed as one for each row and group; weights are packed in permuted order.

// CHECK-DAG: #[[GROUPS3:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [3]] offset [3, 0, 2, 1]>
// CHECK-DAG: #[[GROUPS1:.+]] = #humming_tile.layout<{{\[\[}}1, 8, 8], [1]] offset [3, 0, 2, 1]>

// Blocks of 48 rows, the second of which is short, and groups of 128, the last of which has 44: the packed
// gemm has a row for each channel, and still says how long its groups are.
// CHECK-LABEL: func.func @blocks
// CHECK-SAME: %[[S:[^:]+]]: tensor<64x3xf32, #[[GROUPS3]]>)
// CHECK: humming.gemm
// CHECK-SAME: scale(%[[S]] : tensor<64x3xf32, {{.*}}>) -> tensor<?x64xf32> attributes {scale_block = array<i64: 1, 128>}
// CHECK-LABEL: func.func @blocks.prepare
// CHECK-SAME: (%[[W:[^:]+]]: tensor<64x300x!humming.code<u4>>, %[[S:[^:]+]]: tensor<2x3xf32>)
// CHECK: humming.pack %[[W]] : tensor<64x300x!humming.code<u4>>
// CHECK: humming.pack %[[S]] row_block 48 : tensor<2x3xf32> -> tensor<64x3xf32,
func.func @blocks(%a: tensor<?x300xbf16>, %w: tensor<64x300x!humming.code<u4>>, %s: tensor<2x3xf32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x300xbf16>) b(%w : tensor<64x300x!humming.code<u4>>) scale(%s : tensor<2x3xf32>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 48, 128>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// Blocks that fit need no words once each row has its scale. Zero points that are numbers stay numbers.
// CHECK-LABEL: func.func @whole_blocks
// CHECK-SAME: tensor<64x2xf16, {{[^>]*}}>, %{{.+}}: tensor<64x2xf16, {{[^>]*}}>)
// CHECK: humming.gemm
// CHECK-NOT: scale_block
// CHECK-LABEL: func.func @whole_blocks.prepare
// CHECK: humming.pack %{{.+}} row_block 32 : tensor<2x2xf16> -> tensor<64x2xf16,
// CHECK: humming.pack %{{.+}} row_block 32 : tensor<2x2xf16> -> tensor<64x2xf16,
func.func @whole_blocks(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<2x2xf16>,
    %z: tensor<2x2xf16>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<2x2xf16>) zero(%z : tensor<2x2xf16>)
       -> tensor<?x64xf32> attributes {scale_block = array<i64: 32, 32>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// One scale for the whole product is repeated for each row; what scales tokens and products stays.
// CHECK-LABEL: func.func @per_tensor
// CHECK-SAME: %{{.+}}: tensor<64x1xf32, #[[GROUPS1]]>, %{{.+}}: tensor<1xf32>, %{{.+}}: tensor<?x1xf32>)
// CHECK-LABEL: func.func @per_tensor.prepare
// CHECK-SAME: (%{{.+}}: tensor<64x48x!humming.code<i4>>, %{{.+}}: tensor<1x1xf32>)
// CHECK: humming.pack %{{.+}} row_block 64 : tensor<1x1xf32> -> tensor<64x1xf32,
func.func @per_tensor(%a: tensor<?x48xf16>, %w: tensor<64x48x!humming.code<i4>>, %s: tensor<1x1xf32>,
    %t: tensor<1xf32>, %x: tensor<?x1xf32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x48xf16>) b(%w : tensor<64x48x!humming.code<i4>>)
       scale(%s : tensor<1x1xf32>) global_scale(%t : tensor<1xf32>) input_scale(%x : tensor<?x1xf32>)
       -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// The activations are gathered by the same permutation when the gemm runs.
// CHECK-LABEL: func.func @permuted
// CHECK-SAME: %[[P:[^:]+]]: tensor<64xi32>)
// CHECK: perm(%[[P]] : tensor<64xi32>)
// CHECK-LABEL: func.func @permuted.prepare
// CHECK-SAME: (%[[W:[^:]+]]: tensor<64x64x!humming.code<u4>>, %[[S:[^:]+]]: tensor<64x2xf16>, %[[P:[^:]+]]: tensor<64xi32>)
// CHECK-SAME: -> (tensor<64x64x!humming.code<u4>, {{.+}}>, tensor<64x2xf16, {{.+}}>) {
// CHECK: humming.pack %[[W]] perm(%[[P]] : tensor<64xi32>) : tensor<64x64x!humming.code<u4>> ->
// CHECK: humming.pack %[[S]] : tensor<64x2xf16> ->
func.func @permuted(%a: tensor<?x64xf16>, %w: tensor<64x64x!humming.code<u4>>, %s: tensor<64x2xf16>,
    %p: tensor<64xi32>) -> tensor<?x64xf32> {
  %c = humming.gemm a(%a : tensor<?x64xf16>) b(%w : tensor<64x64x!humming.code<u4>>)
       scale(%s : tensor<64x2xf16>) perm(%p : tensor<64xi32>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
