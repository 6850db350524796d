// RUN: humming-compile %s --arch=sm_75 --tokens=16 --emit=ptx -o %t.75.ptx
// RUN: %{ptxas} -arch=sm_75 --warn-on-spills --warning-as-error %t.75.ptx -o %t.75.cubin
// RUN: FileCheck %s --check-prefixes=PTX,SM75 --input-file=%t.75.ptx
// RUN: humming-compile %s --arch=sm_80 --tokens=16 --emit=ptx -o %t.80.ptx
// RUN: %{ptxas} -arch=sm_80 --warn-on-spills --warning-as-error %t.80.ptx -o %t.80.cubin
// RUN: FileCheck %s --check-prefixes=PTX,SM80 --input-file=%t.80.ptx
// REQUIRES: ptxas

// The assembler takes the kernels without a spill, and dequantization costs what it should: for each
// register of a matrix operand one lop3, and one addition or fused one, and one product.

// SM75: .version 6.5
// SM75: .target sm_75
// SM80: .version 7.0
// SM80: .target sm_80
// PTX: .visible .entry gemm(
// PTX: .reqntid
// SM80: cp.async.cg.shared.global
// PTX: ldmatrix.sync.aligned.m8n8
// PTX: lop3.b32 {{.*}}, 983055, 1677747200, 234;
// PTX: lop3.b32 {{.*}}, 15728880, 1677747200, 234;
// PTX: add.rn.f16x2
// PTX: fma.rn.f16x2
// PTX: mul.rn.f16x2
// SM75: mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32
// SM80: mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32
func.func @gemm(%a: tensor<?x128xf16>, %w: tensor<64x128x!humming.code<u4>>, %s: tensor<64x1xf16>,
                %z: tensor<64x1x!humming.code<u4>>) -> tensor<?x64xf16> {
  %c = humming.gemm a(%a : tensor<?x128xf16>) b(%w : tensor<64x128x!humming.code<u4>>)
       scale(%s : tensor<64x1xf16>) zero(%z : tensor<64x1x!humming.code<u4>>) -> tensor<?x64xf16>
       attributes {numerics = #humming.numerics<acc = f32, scale = operand>} {
  ^bb0(%acc: f32):
    %h = arith.truncf %acc : f32 to f16
    humming.yield %h : f16
  }
  return %c : tensor<?x64xf16>
}
