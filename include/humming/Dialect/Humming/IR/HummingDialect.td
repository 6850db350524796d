//===- HummingDialect.td - The problem dialect -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is computed: a matrix multiplication with coded weights, by its
// mathematical meaning, on tensors. How it is computed is #humming.schedule.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_HUMMINGDIALECT_TD
#define HUMMING_DIALECT_HUMMING_IR_HUMMINGDIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/DialectBase.td"

def Humming_Dialect : Dialect {
  let name = "humming";
  let summary = "Quantized matrix multiplication, as a problem";
  let description = [{
    A `humming.gemm` multiplies activations by weights that are stored as codes
    of at most 8 bits. The dialect says what the result is, down to its
    rounding (`#humming.numerics`); a schedule (`#humming.schedule`) says how a
    GPU gets there and cannot change the answer beyond the order in which
    accumulators are added.

    Presence is an operand and size is a shape: there is no group-size attribute
    and no "has zero point" flag. A scale of N x 32 on K = 4096 means groups
    of 128.
  }];
  let cppNamespace = "::humming";
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
  }];
}

// A name that is printed as a bare keyword: u4, m16n8k16.
class Humming_KeywordParameter<string desc> : StringRefParameter<desc> {
  let parser = "::humming::detail::parseKeywordParameter($_parser)";
  let printer = "$_printer << $_self";
}

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMINGDIALECT_TD
