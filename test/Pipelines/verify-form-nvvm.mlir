// RUN: humming-opt %s --humming-verify-form=form=nvvm --split-input-file --verify-diagnostics

// The nvvm form: llvm and nvvm operations in a gpu.module.

gpu.module @kernels {
  llvm.func @nvvm(%x: !llvm.ptr<1>) attributes {nvvm.kernel} {
    %0 = nvvm.read.ptx.sreg.tid.x : i32
    llvm.store %0, %x : i32, !llvm.ptr<1>
    llvm.return
  }
}

// -----

gpu.module @kernels {
  // expected-error @+1 {{'gpu.func' op is not part of the nvvm form; convert-humming-tile-to-nvvm should have removed it}}
  gpu.func @kernel() kernel {
    gpu.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @arith(%x: i32) attributes {nvvm.kernel} {
    // expected-error @+1 {{'arith.addi' op is not part of the nvvm form; convert-humming-tile-to-nvvm should have removed it}}
    %0 = arith.addi %x, %x : i32
    llvm.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @dequant(%w: vector<4xi32>) attributes {nvvm.kernel} {
    // expected-error @+1 {{'humming_tile.dequant_atom' op is not part of the nvvm form; humming-tile-expand-dequant should have removed it}}
    %0:4 = humming_tile.dequant_atom %w : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
    llvm.return
  }
}

// -----

gpu.module @kernels {
  llvm.func @wait() attributes {nvvm.kernel} {
    // expected-error @+1 {{'humming_tile.async_wait' op is not part of the nvvm form; convert-humming-tile-to-nvvm should have removed it}}
    humming_tile.async_wait 0
    llvm.return
  }
}

// -----

// expected-error @+1 {{'func.func' op is not part of the nvvm form; convert-humming-to-tile should have removed it}}
func.func @problem() {
  return
}
