// RUN: humming-opt %s --verify-diagnostics --pass-pipeline='builtin.module(gpu.module(convert-humming-tile-to-nvvm{arch=sm_81}))'

// expected-error @+1 {{unknown architecture 'sm_81'; known are sm_75, sm_80, sm_86, sm_87, sm_89, sm_90, sm_100, sm_103, sm_110, sm_120, sm_121}}
gpu.module @kernels {
}
