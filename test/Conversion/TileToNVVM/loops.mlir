// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))' | FileCheck %s

// The branch that closes a loop forbids unrolling it; around another loop, hoisting out of it as well.

// CHECK-DAG: #[[UNROLL:.+]] = #llvm.loop_unroll<disable = true>
// CHECK-DAG: #[[LICM:.+]] = #llvm.loop_licm<disable = true>
// CHECK-DAG: #[[LOOP:.+]] = #llvm.loop_annotation<unroll = #[[UNROLL]]>
// CHECK-DAG: #[[OUTER:.+]] = #llvm.loop_annotation<unroll = #[[UNROLL]], licm = #[[LICM]]>
// CHECK: llvm.func @sum
// CHECK: llvm.br ^[[HEAD:.+]](
// CHECK: ^[[HEAD]](
// CHECK: llvm.cond_br
// CHECK: llvm.br ^[[HEAD]]({{.+}}) {loop_annotation = #[[LOOP]]}
// CHECK: llvm.func @nested
// CHECK-DAG: {loop_annotation = #[[LOOP]]}
// CHECK-DAG: {loop_annotation = #[[OUTER]]}
gpu.module @kernels {
  gpu.func @sum(%from: memref<?xf32, 1>, %to: memref<?xf32, 1>) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 16, block_m = 0, split = 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %zero = arith.constant 0.0 : f32
    %sum = scf.for %i = %c0 to %c4 step %c1 iter_args(%so_far = %zero) -> (f32) {
      %x = memref.load %from[%i] : memref<?xf32, 1>
      %next = arith.addf %so_far, %x : f32
      scf.yield %next : f32
    }
    memref.store %sum, %to[%c0] : memref<?xf32, 1>
    gpu.return
  }

  gpu.func @nested(%to: memref<?xf32, 1>, %x: f32) kernel
      attributes {humming_tile.launch = #humming_tile.launch<threads = 32, shared = 0, tiles = 1, block_n = 16, block_m = 0, split = 1>} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    scf.for %i = %c0 to %c4 step %c1 {
      %inside = arith.cmpi ult, %i, %c1 : index
      scf.if %inside {
        scf.for %j = %c0 to %c4 step %c1 {
          memref.store %x, %to[%j] : memref<?xf32, 1>
        }
      }
    }
    gpu.return
  }
}
