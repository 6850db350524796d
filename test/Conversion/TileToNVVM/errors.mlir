// RUN: humming-opt %s --split-input-file --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_75}))'

gpu.module @atom {
  gpu.func @f(%in: memref<?xf16, 1>, %out: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %a = vector.load %in[%t] : memref<?xf16, 1>, vector<8xf16>
    %b = vector.load %in[%t] : memref<?xf16, 1>, vector<4xf16>
    %zero = arith.constant dense<0.0> : vector<4xf32>
    // expected-error @+1 {{m16n8k16 on these element types needs sm_80 or newer; target is sm_75}}
    %d = humming_tile.mma_atom "m16n8k16" %a, %b, %zero : vector<8xf16>, vector<4xf16>, vector<4xf32>
    vector.store %d, %out[%t] : memref<?xf32, 1>, vector<4xf32>
    gpu.return
  }
}

// -----

gpu.module @async {
  gpu.func @f() kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // expected-error @+1 {{cp.async needs sm_80 or newer; target is sm_75}}
    humming_tile.async_wait 0
    gpu.return
  }
}

// -----

gpu.module @matrices {
  gpu.func @f(%x: vector<8xf16>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %c0 = arith.constant 0 : index
    %bytes = gpu.dynamic_shared_memory : memref<?xi8, #gpu.address_space<workgroup>>
    %shared = memref.view %bytes[%c0][%c0] : memref<?xi8, #gpu.address_space<workgroup>>
        to memref<?xf16, #gpu.address_space<workgroup>>
    // expected-error @+1 {{stmatrix needs sm_90 or newer; target is sm_75}}
    humming_tile.stmatrix %x to %shared[%c0] : vector<8xf16> to memref<?xf16, #gpu.address_space<workgroup>>
    gpu.return
  }
}

// -----

gpu.module @no_launch {
  // expected-error @+2 {{expected a kernel with a humming_tile.launch}}
  // expected-error @+1 {{failed to legalize operation 'gpu.func'}}
  gpu.func @f() kernel {
    gpu.return
  }
}

// -----

gpu.module @two_dimensions {
  // expected-error @+2 {{expected kernel arguments that are scalars or global memory of one dimension, got 'memref<4x4xf32, 1>'}}
  // expected-error @+1 {{failed to legalize operation 'gpu.func'}}
  gpu.func @f(%a: memref<4x4xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    gpu.return
  }
}

// -----

gpu.module @dimension {
  gpu.func @f() kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    // expected-error @+2 {{expected dimension x: grids and blocks of the thread form have one dimension}}
    // expected-error @+1 {{failed to legalize operation 'gpu.thread_id'}}
    %t = gpu.thread_id y
    gpu.return
  }
}

// -----

gpu.module @math {
  gpu.func @f(%a: memref<?xf32, 1>) kernel attributes {humming_tile.launch = #humming_tile.launch<threads = 64, shared = 1024, tiles = 1, block_n = 64, block_m = 8, split = 1>} {
    %t = gpu.thread_id x
    %x = memref.load %a[%t] : memref<?xf32, 1>
    // expected-error @+1 {{failed to legalize operation 'math.exp'}}
    %y = math.exp %x : f32
    memref.store %y, %a[%t] : memref<?xf32, 1>
    gpu.return
  }
}
