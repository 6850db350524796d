// RUN: humming-opt %s --convert-humming-to-tile --split-input-file --verify-diagnostics

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @no_schedule(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a schedule; run humming-select-schedule first}}
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32> {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

func.func @not_packed(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected packed operands; run humming-pack-operands first}}
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

// expected-error @+1 {{expected a function of a gemm or of packings}}
func.func @neither(%a: tensor<?x128xf16>) -> tensor<?x128xf16> {
  return %a : tensor<?x128xf16>
}

// -----

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @no_recipe(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<e6m1>, #weights>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected a code with a recipe into 'f16'; run humming-check-target first}}
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<e6m1>, #weights>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}

// -----

#weights = #humming_tile.layout<[[4, 2, 8], [2, 4, 2, 4, 2]] offset [0, 3, 2, 6, 4, 7, 5, 1]>
func.func @no_order(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32> {
  // expected-error @+1 {{expected humming.order beside order = fixed; run humming-select-schedule first}}
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>, #weights>) -> tensor<?x64xf32>
       attributes {schedule = #humming.schedule<block = [64, 8, 64], warps = [4, 1], stages = 3, mma = m16n8k16,
                                                copy = cp_async, split_k = 1>,
                   numerics = #humming.numerics<acc = f32, scale = accumulator, order = fixed>} {
  ^bb0(%acc: f32):
    humming.yield %acc : f32
  }
  return %c : tensor<?x64xf32>
}
