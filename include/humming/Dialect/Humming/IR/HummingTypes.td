//===- HummingTypes.td - Types of the problem dialect ------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The element type of coded tensors.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMING_IR_HUMMINGTYPES_TD
#define HUMMING_DIALECT_HUMMING_IR_HUMMINGTYPES_TD

include "humming/Dialect/Humming/IR/HummingDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinTypeInterfaces.td"

def Humming_CodeType : TypeDef<Humming_Dialect, "Code", [MemRefElementTypeInterface]> {
  let mnemonic = "code";
  let summary = "A weight format: a table of at most 256 values, indexed by a code";
  let description = [{
    The element type of a tensor of codes. A code of `b` bits stands for entry
    `code` of a table of `2^b` values:

    | name | bits | value of a code |
    |---|---|---|
    | `u1` ... `u8` | 1 ... 8 | code - zero point; without a zero operand, code - 2^(bits - 1) |
    | `i1` ... `i8` | 1 ... 8 | two's complement |
    | `eXmY` | 1 + X + Y <= 8 | sign, X exponent bits with bias 2^(X-1) - 1, Y mantissa bits; subnormals, no inf, no nan |
    | `nf4` | 4 | entry of the NormalFloat table (QLoRA, Appendix E), rounded to the type of the activations |
    | `lut1, [v0, v1]` ... `lut8, [...]` | 1 ... 8 | entry of the table, rounded to the type of the activations |

    In memory an unpacked tensor is row-major and its codes are bit-packed,
    little-endian, within each row: code `i` of `b` bits occupies bits
    `[i*b, (i+1)*b)`, and every row fills whole bytes.

    Example:

    ```mlir
    func.func private @weights() -> (tensor<256x512x!humming.code<u4>>,
                                     tensor<256x512x!humming.code<e3m2>>,
                                     tensor<256x512x!humming.code<lut1, [-1.0, 0.5]>>)
    ```
  }];
  let parameters = (ins StringRefParameter<"name of the format, as Code::name() writes it">:$name);
  let assemblyFormat = "`<` custom<CodeName>($name) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The value table of this format. By value: a Code is a small table.
    ::humming::Code getCode() const;
    /// Width of one code in bits, 1 to 8.
    unsigned getBits() const { return getCode().bits(); }
  }];
}

#endif // HUMMING_DIALECT_HUMMING_IR_HUMMINGTYPES_TD
