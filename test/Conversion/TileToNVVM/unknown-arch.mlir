// RUN: humming-opt %s --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_81}))'

// expected-error @+1 {{unknown architecture 'sm_81'; known are sm_75, sm_80, sm_86, sm_87, sm_89, sm_90}}
gpu.module @kernels {
}
