//===- AtomOps.td - what one thread multiplies and decodes ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One thread's view of a product and of the codes that go into it. The atoms of
// warpgroups are in WarpgroupOps.td.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_ATOMOPS_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_ATOMOPS_TD

def HummingTile_MmaAtomOp : HummingTile_Op<"mma_atom", [Pure, AllTypesMatch<["c", "result"]>]> {
  let summary = "one matrix product of a warp";
  let description = [{
    `c + a * b` on the registers of one thread; the elements lie as the atom's
    table says (Target/MmaAtoms.td).

    With `scales`, `c + (a * sa) * (b * sb)`: of k neighbours that share a scale, the atom takes k / scaleGroup scales
    for each row of a and each token of b, lowest k first. Lane l holds, in the first operand, those of row
    l / 4 + 8 * (l % 2) where l % 4 < 2, and in the second those of token l / 4 where l % 4 = 0; what the other lanes
    hold is not read. So fragments of scales with G columns may have the layouts

    ```
    rows    [[2, 8], [G]] thread [1, *2, 0] reg [2]
    tokens  [[8], [G]]    thread [0, *4]    reg [1]
    ```

    Constraints:
    - C1: the atom exists for these types and the vectors have its lengths.
    - C2: scales are none, or those of both operands, of the atom's scale type
      and number: 2 of f8E8M0FNU or 4 of f8E4M3FN.

    Lowers to: mma.sync, as many as the atom is issued as.

    ```mlir
    %d = humming_tile.mma_atom "m16n8k16" %a, %b, %c : vector<8xf16>, vector<4xf16>, vector<4xf32>
    %e = humming_tile.mma_atom "m16n8k64" %x, %y, %d scales(%s, %t : vector<2xf8E8M0FNU>, vector<2xf8E8M0FNU>)
         : vector<32xf4E2M1FN>, vector<16xf4E2M1FN>, vector<4xf32>
    ```
  }];
  let arguments = (ins StrAttr:$atom, AnyVectorOfNonZeroRank:$a, AnyVectorOfNonZeroRank:$b, AnyVectorOfNonZeroRank:$c,
                       Variadic<AnyVectorOfNonZeroRank>:$scales);
  let results = (outs AnyVectorOfNonZeroRank:$result);
  let assemblyFormat = [{$atom $a `,` $b `,` $c (`scales` `(` $scales^ `:` type($scales) `)`)? attr-dict
    `:` type($a) `,` type($b) `,` type($c)}];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::llvm::StringRef":$atom, "::mlir::Value":$a,
                                 "::mlir::Value":$b, "::mlir::Value":$c),
                            "build($_builder, $_state, result, atom, a, b, c, ::mlir::ValueRange());">];
  let extraClassDeclaration = [{
    /// The atom of the table; null only where the op does not verify.
    const ::humming::MmaAtom *getTableEntry();
  }];
  let hasVerifier = 1;
}

def HummingTile_DequantAtomOp : HummingTile_Op<"dequant_atom", [Pure, AttrSizedOperandSegments]> {
  let summary = "the codes of one thread in a tile of 16 x 64 to the operand type";
  let description = [{
    32 codes become the A operands of the atoms in 64 columns: one vector each, for an operand type of W bits 4 of 8,
    2 of 16 or 1 of 32 elements. Element e of vector i is code q = i * length + e.

    `words` holds the code's planes, least significant bits first, each of a power of two bits: a plane of w bits is w
    words. With L = 32 / W elements in a register, r = q / L, J = W / s slots for each of them in a word and P = s / w
    codes in a slot, code q's bits are in word r / (J P) of the plane, at bit
    `s * (r % J) + w * (r / J % P) + W * (q % L)`. Slots have s = w bits; for W = 16 those of the code's widest plane.

    `result = round((value(code) - zero) * scale * 2^E)`, as in dequant. Scale and zero have two values
    (row half 0 and 1) for each group of columns, groups in order: G = 1, 2, 4 or
    8 groups. Without zero, an unsigned code of b bits has zero point 2^(b-1).

    Beside 8 bits a scale is f16, E is 0, and words are packed in pairs: with p = q % L, p % 2 * L / 2 + p / 2 stands for
    q % L above.

    Constraints:
    - C1: words are as many as the code has bits; the results are 32 elements of one type.
    - C2: scale has 2 G elements of the result's type, f16 where that has 8 bits; zero as many bytes or elements of the
      result's type.
    - C3: table, which a code of more than 4 bits that is a table needs beside 16 bits, is bytes: the value of c is the 16
      bits from byte 2 c on. A table of 16 values may have one of pairs of codes: for codes c and d of one register's low
      and high half the 32 bits from byte 128 * (c + 16 d) + copy on. Without it copy is not there.
    - C4: in_place is as in dequant.

    Lowers to: arith on vectors, byte_permute, convert_pair (humming-tile-expand-dequant).

    ```mlir
    func.func @dequant(%words: vector<4xi32>, %s: vector<2xf16>, %z: vector<2xi8>) -> vector<8xf16> {
      %w:4 = humming_tile.dequant_atom %words scale(%s : vector<2xf16>) zero(%z : vector<2xi8>)
        : !humming.code<u4>, vector<4xi32> -> vector<8xf16>, vector<8xf16>, vector<8xf16>, vector<8xf16>
      return %w#0 : vector<8xf16>
    }
    ```
  }];
  let arguments = (ins VectorOfRankAndType<[1], [I32]>:$words, Optional<AnyVectorOfNonZeroRank>:$scale,
                       Optional<AnyVectorOfNonZeroRank>:$zero, Optional<MemRefRankOf<[I8], [1]>>:$table,
                       Optional<Index>:$copy, TypeAttr:$code, UnitAttr:$in_place);
  let results = (outs Variadic<AnyVectorOfNonZeroRank>:$results);
  let assemblyFormat = [{
    $words (`scale` `(` $scale^ `:` type($scale) `)`)? (`zero` `(` $zero^ `:` type($zero) `)`)?
    (`table` `(` $table^ `:` type($table) `)`)? (`copy` $copy^)? attr-dict
    `:` $code `,` type($words) `->` type($results)
  }];
  let hasVerifier = 1;
}

def HummingTile_BytePermuteOp : HummingTile_Op<"byte_permute", [Pure, SameOperandsAndResultType]> {
  let summary = "four bytes, each picked from eight";
  let description = [{
    Bytes 0 to 3 are those of `a`, least significant first, 4 to 7 those of `b`. With
    s the bits [4i, 4i + 4) of `selector`, byte i of the result is

    `byte(s & 7)` where bit 3 of s is clear, else bit 7 of that byte in all eight bits.

    The upper half of `selector` has no meaning. That is PTX's prmt in its default mode
    (PTX ISA 9.7.9.7).

    Constraints:
    - C1: operands and result are i32.

    Lowers to: nvvm.prmt.

    ```mlir
    func.func @reverse(%a: i32, %b: i32) -> i32 {
      %selector = arith.constant 0x0123 : i32
      %r = humming_tile.byte_permute %a, %b, %selector : i32
      return %r : i32
    }
    ```
  }];
  let arguments = (ins I32:$a, I32:$b, I32:$selector);
  let results = (outs I32:$result);
  let assemblyFormat = "$a `,` $b `,` $selector attr-dict `:` type($result)";
}

def HummingTile_ConvertPairOp : HummingTile_Op<"convert_pair", [Pure]> {
  let summary = "two f16 to floats of 8 bits";
  let description = [{
    Byte i of the result is element i of `pair` rounded to `to`, to nearest, ties to even, and to the largest finite
    number where it is beyond that; bytes 2 and 3 are 0. That is PTX's cvt.rn.satfinite from f16x2 (PTX ISA 9.7.9.21).

    Constraints:
    - C1: the pair is two f16, the result i32, and `to` is e4m3 or e5m2.

    Lowers to: nvvm.convert.f16x2.to.f8x2.

    ```mlir
    func.func @narrow(%pair: vector<2xf16>) -> i32 {
      %r = humming_tile.convert_pair %pair : vector<2xf16> to f8E4M3FN
      return %r : i32
    }
    ```
  }];
  let arguments = (ins VectorOfLengthAndType<[2], [F16]>:$pair, TypeAttrOf<AnyTypeOf<[F8E4M3FN, F8E5M2]>>:$to);
  let results = (outs I32:$result);
  let assemblyFormat = "$pair attr-dict `:` type($pair) `to` $to";
}

def HummingTile_DotBytesOp : HummingTile_Op<"dot_bytes", [Pure, SameOperandsAndResultType]> {
  let summary = "a number and four products of bytes";
  let description = [{
    `c + sum of byte i of a * byte i of b` for the four bytes of each, unsigned, modulo 2^32. With weights in `b` it
    picks fields of `a`, moves each to its place and adds what does not change: an address in one instruction. That is
    PTX's dp4a.u32.u32.

    Constraints:
    - C1: operands and result are i32.

    Lowers to: nvvm.dot.accumulate.4way.

    ```mlir
    func.func @address(%fields: i32, %base: i32) -> i32 {
      %weights = arith.constant 0x00800008 : i32
      %r = humming_tile.dot_bytes %fields, %weights, %base : i32
      return %r : i32
    }
    ```
  }];
  let arguments = (ins I32:$a, I32:$b, I32:$c);
  let results = (outs I32:$result);
  let assemblyFormat = "$a `,` $b `,` $c attr-dict `:` type($result)";
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_ATOMOPS_TD
