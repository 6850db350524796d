// RUN: humming-opt %s | humming-opt | FileCheck %s
// RUN: humming-opt %s | FileCheck %s --check-prefix=ALIAS

// Tables are written once, under a name of their own.
// ALIAS-DAG: !lut1 = !humming.code<lut1, [-1, 0.10000000000000001]>
// ALIAS-DAG: !lut2 = !humming.code<lut2, [0, 1.0e+22, -6.0221407599999999e+23, 0.25]>

// Every code name parses, and codes are elements of tensors and memrefs.

// CHECK-LABEL: func.func private @unsigned(!humming.code<u1>, !humming.code<u2>, !humming.code<u3>, !humming.code<u4>, !humming.code<u5>, !humming.code<u6>, !humming.code<u7>, !humming.code<u8>)
func.func private @unsigned(!humming.code<u1>, !humming.code<u2>, !humming.code<u3>, !humming.code<u4>,
                            !humming.code<u5>, !humming.code<u6>, !humming.code<u7>, !humming.code<u8>)

// CHECK-LABEL: func.func private @signed(!humming.code<i1>, !humming.code<i2>, !humming.code<i3>, !humming.code<i4>, !humming.code<i5>, !humming.code<i6>, !humming.code<i7>, !humming.code<i8>)
func.func private @signed(!humming.code<i1>, !humming.code<i2>, !humming.code<i3>, !humming.code<i4>,
                          !humming.code<i5>, !humming.code<i6>, !humming.code<i7>, !humming.code<i8>)

// CHECK-LABEL: func.func private @float(!humming.code<e2m1>, !humming.code<e3m2>, !humming.code<e2m3>, !humming.code<e4m3>, !humming.code<e5m2>)
func.func private @float(!humming.code<e2m1>, !humming.code<e3m2>, !humming.code<e2m3>, !humming.code<e4m3>,
                         !humming.code<e5m2>)

// CHECK-LABEL: func.func private @table(!humming.code<nf4>)
func.func private @table(!humming.code<nf4>)

// CHECK-LABEL: func.func private @values(!lut1, !lut2, !lut1)
func.func private @values(!humming.code<lut1, [-1, 0.1]>, !humming.code<lut2, [-0.0, 1.0e22, -6.02214076e+23, 0.25]>,
                          !humming.code<lut1,[-1.0,1.0000000000000001E-01]>)

// nf4 by its values is nf4.
// CHECK-LABEL: func.func private @normal_float(!humming.code<nf4>)
func.func private @normal_float(!humming.code<lut4, [-1.0, -0.6961928009986877, -0.5250730514526367,
  -0.39491748809814453, -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534,
  0.16093020141124725, 0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
  0.7229568362236023, 1.0]>)

// CHECK-LABEL: func.func private @shaped(tensor<64x64x!humming.code<u4>>, memref<64x64x!humming.code<u4>>)
func.func private @shaped(tensor<64x64x!humming.code<u4>>, memref<64x64x!humming.code<u4>>)
