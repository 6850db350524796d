// RUN: humming-opt %s | humming-opt | FileCheck %s

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

// CHECK-LABEL: func.func private @shaped(tensor<64x64x!humming.code<u4>>, memref<64x64x!humming.code<u4>>)
func.func private @shaped(tensor<64x64x!humming.code<u4>>, memref<64x64x!humming.code<u4>>)
