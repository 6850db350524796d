// REQUIRES: ptxas
// DEFINE: %{arch} =
// DEFINE: %{build} = humming-compile %s --arch=sm_%{arch} --tokens=16 --emit=ptx -o %t.%{arch}.ptx && %{ptxas} -arch=sm_%{arch} --warn-on-spills --warning-as-error %t.%{arch}.ptx -o %t.%{arch}.cubin && FileCheck %s --input-file=%t.%{arch}.ptx -DARCH=%{arch}

// REDEFINE: %{arch} = 75
// RUN: %{build}
// REDEFINE: %{arch} = 80
// RUN: %{build}
// REDEFINE: %{arch} = 86
// RUN: %{build}
// REDEFINE: %{arch} = 87
// RUN: %{build}
// REDEFINE: %{arch} = 89
// RUN: %{build}
// REDEFINE: %{arch} = 90
// RUN: %{build}
// REDEFINE: %{arch} = 100
// RUN: %{build}
// REDEFINE: %{arch} = 103
// RUN: %{build}
// REDEFINE: %{arch} = 110
// RUN: %{build}
// REDEFINE: %{arch} = 120
// RUN: %{build}
// REDEFINE: %{arch} = 121
// RUN: %{build}

// Every architecture of the table: the lowest PTX version that knows it, which the assembler takes, without a spill.

// CHECK: .version
// CHECK-NEXT: .target sm_[[ARCH]]{{$}}
// CHECK: .visible .entry gemm(
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>, %s: tensor<64x1xf16>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) -> tensor<?x64xf16> {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
