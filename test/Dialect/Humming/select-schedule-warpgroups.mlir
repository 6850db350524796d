// RUN: humming-opt %s --humming-select-schedule=arch=sm_90 | FileCheck %s

// Schedules for warpgroups that are taken: lines of 128 bytes are 64 columns of f16 and 128 of i8; each slice of k has two tiles.

// CHECK-DAG: mma = m64k16, copy = cp_async, split_k = 4
// CHECK-DAG: mma = m64k32, copy = cp_async, split_k = 1
// CHECK-LABEL: func.func @halves
// CHECK: schedule = #{{.+}}
// CHECK-LABEL: func.func @bytes
// CHECK: schedule = #{{.+}}
func.func @halves(%a: tensor<?x512xf16>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x4xf16>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xf16>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x4xf16>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 64], warps = [4, 1], stages = 4, mma = m64k16,
                                                copy = cp_async, split_k = 4>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}

func.func @bytes(%a: tensor<?x512xi8>, %w: tensor<256x512x!humming.code<u4>>, %s: tensor<256x1xf32>) -> tensor<?x256xf16> {
  %c = humming.gemm a(%a : tensor<?x512xi8>) b(%w : tensor<256x512x!humming.code<u4>>)
       scale(%s : tensor<256x1xf32>) -> tensor<?x256xf16>
       attributes {schedule = #humming.schedule<block = [128, 64, 128], warps = [4, 1], stages = 4, mma = m64k32,
                                                copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x256xf16>
}
