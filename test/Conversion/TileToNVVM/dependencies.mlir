// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_90}))' | FileCheck %s
// RUN: humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_120}))' | FileCheck %s
// RUN: sed -e /bulk_prefetch/d %s | humming-opt - --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))' | FileCheck %s --check-prefix=SERIAL
// RUN: not humming-opt %s --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_89}))' 2>&1 | FileCheck %s --check-prefix=OLD

// The wait must keep loads behind it: inline PTX that touches memory, since LLVM's own intrinsic says that it does not.
// Before sm_90 kernels follow one another, and nothing is left of it.

// OLD: error: bulk_prefetch needs sm_90 or newer; target is sm_89

// CHECK-LABEL: llvm.func @f
// SERIAL-LABEL: llvm.func @f
// SERIAL-NOT: griddepcontrol
// SERIAL: llvm.store
gpu.module @kernels {
  gpu.func @f(%w: memref<?xf16, 1>, %bytes: i32) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 0, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // CHECK: nvvm.griddepcontrol launch_dependents
    humming_tile.release_dependents
    %t = gpu.thread_id x
    %size = arith.index_cast %bytes : i32 to index
    // CHECK: %[[ADDRESS:.+]] = llvm.getelementptr inbounds %{{.+}}[%{{.+}}] : (!llvm.ptr<1>, i64) -> !llvm.ptr<1>, f16
    // CHECK: %[[BYTES:.+]] = llvm.trunc %{{.+}} : i64 to i32
    // CHECK: nvvm.cp.async.bulk.prefetch %[[ADDRESS]], %[[BYTES]] : <1>
    humming_tile.bulk_prefetch %w[%t] bytes %size : memref<?xf16, 1>
    // CHECK: llvm.inline_asm has_side_effects asm_dialect = att "griddepcontrol.wait;", "~{memory}" : () -> ()
    humming_tile.await_dependencies
    %x = memref.load %w[%t] : memref<?xf16, 1>
    memref.store %x, %w[%size] : memref<?xf16, 1>
    gpu.return
  }
}
