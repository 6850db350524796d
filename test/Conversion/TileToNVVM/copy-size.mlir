// RUN: humming-opt %s --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_80}))'

gpu.module @kernels {
  gpu.func @f(%src: memref<?xf16, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %c0 = arith.constant 0 : index
    %shared = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %view = memref.view %shared[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf16, #gpu.address_space<workgroup>>
    // expected-error @+2 {{expected a copy of 16 bytes, got 8}}
    // expected-error @+1 {{failed to legalize operation 'nvgpu.device_async_copy'}}
    %a = nvgpu.device_async_copy %src[%t], %view[%t], 4
        : memref<?xf16, 1> to memref<?xf16, #gpu.address_space<workgroup>>
    gpu.return
  }
}
