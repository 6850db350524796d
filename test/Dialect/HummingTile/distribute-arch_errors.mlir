// RUN: humming-opt %s --humming-tile-distribute=arch=sm_12 --verify-diagnostics

// expected-error @+1 {{expected a known architecture, got "sm_12"}}
gpu.module @kernels {
}
