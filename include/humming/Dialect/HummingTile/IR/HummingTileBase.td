//===- HummingTileBase.td - dialect, layout attribute, tile types ---------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The humming_tile dialect says how one thread block stages a product: tiles in
// shared memory, fragments in registers, and the one layout attribute of both.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEBASE_TD
#define HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEBASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"

def HummingTile_Dialect : Dialect {
  let name = "humming_tile";
  let cppNamespace = "::humming::tile";
  let summary = "one thread block's share of a quantized product";
  let description = [{
    Values are *fragments* (registers of the whole block) and *shared tiles*
    (stages x rows x columns); global memory is a memref. Weights are tiles of
    n rows by k columns, activations tiles of m rows by k columns, accumulators
    tiles of n rows by m columns. A product of one warp (`mma`) takes activations
    as a fragment and is done when it returns; one of warpgroups
    (`warpgroup_mma`) takes them as a shared tile and runs until a
    `warpgroup_wait`.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mlir::gpu::GPUDialect", "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect", "::mlir::nvgpu::NVGPUDialect"];
  let extraClassDeclaration = [{
    /// Defined beside the attributes' storage.
    void registerAttributes();
  }];
}

class HummingTile_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<HummingTile_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def HummingTile_LayoutAttr : HummingTile_Attr<"Layout", "layout",
    [DeclareAttrInterfaceMethods<MemRefLayoutAttrInterface,
        ["isIdentity", "verifyLayout", "getStridesAndOffset"]>]> {
  let summary = "where each element of a two-dimensional tile lies";
  let description = [{
    Each dimension is factored into *modes* (mixed radix, outermost first);
    modes are numbered rows first, then columns. Each mode then contributes to
    the thread number, the register number or the memory offset; the lists name
    the modes from the most significant to the least significant. `*r` in
    `thread` stands for r threads that hold the same elements.

    A fragment has `thread` and `reg`; memory has `offset`, in elements.
    `swizzle b` (bytes: 32, 64 or 128) XORs the 16-byte chunk number within a
    line of 128 bytes with the line number, so that eight rows of a matrix lie
    in different banks.

    The A operand of `mma.m16n8k16` (PTX ISA, section "Matrix Fragments for
    mma.m16n8k16"), 16 rows by 16 columns:

    ```
    row = rowhalf*8 + g        modes 0: rowhalf (2), 1: g (8)
    col = khalf*8 + t*2 + low  modes 2: khalf (2), 3: t (4), 4: low (2)
    lane = g*4 + t             thread [1, 3]
    register = khalf*4 + rowhalf*2 + low   reg [2, 0, 4]
    ```

    ```mlir
    #a = #humming_tile.layout<[[2, 8], [2, 4, 2]] thread [1, 3] reg [2, 0, 4]>
    ```

    As the layout of a memref the outermost mode of each dimension is unbounded.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$rowModes, ArrayRefParameter<"int64_t">:$colModes,
                        ArrayRefParameter<"int64_t">:$thread, ArrayRefParameter<"int64_t">:$reg,
                        ArrayRefParameter<"int64_t">:$offset, "int64_t":$swizzle);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// One factor of a dimension: its digit of coordinate x is x / weight % extent.
    struct Mode {
      int64_t dim, extent, weight;
    };
    /// Rows and columns of the tile.
    int64_t getRows() const;
    int64_t getCols() const;
    int64_t getNumModes() const { return getRowModes().size() + getColModes().size(); }
    Mode getMode(int64_t mode) const;
    /// Threads and registers of each thread, or 1 where the list is empty.
    int64_t getNumThreads() const;
    int64_t getNumRegs() const;
    /// The weight of a mode in the thread number, register number or offset, or
    /// nullopt where the list does not name it.
    std::optional<int64_t> getThreadStride(int64_t mode) const;
    std::optional<int64_t> getRegStride(int64_t mode) const;
    std::optional<int64_t> getOffsetStride(int64_t mode) const;
    /// (row, column) of a fragment's element.
    std::pair<int64_t, int64_t> coordinates(int64_t thread, int64_t reg) const;
    /// The register that holds an element in the threads that own it.
    int64_t regOf(int64_t row, int64_t col) const;
    /// Offset of an element in memory, in elements, swizzle left out.
    int64_t offsetOf(int64_t row, int64_t col) const;
  }];
}

def HummingTile_LaunchAttr : HummingTile_Attr<"Launch", "launch"> {
  let summary = "how the host launches a kernel";
  let description = [{
    `threads` of one block; `shared` bytes of dynamic shared memory; the grid is
    one-dimensional, `tiles * ceil(m / block_m) * split` blocks (`block_m = 0`:
    no factor for m); each block computes `block_n` by `block_m` outputs. With `blocks`, so many share the tiles,
    `units` parts of the reduction in each: the grid is the least of `blocks` and `tiles * ceil(m / block_m) * units`.
    `cluster` blocks in a row are one cluster, of which the grid is a multiple.
  }];
  let parameters = (ins "int64_t":$threads, "int64_t":$shared, "int64_t":$tiles, "int64_t":$blockN,
                        "int64_t":$blockM, "int64_t":$split, DefaultValuedParameter<"int64_t", "0">:$blocks,
                        DefaultValuedParameter<"int64_t", "1">:$units,
                        DefaultValuedParameter<"int64_t", "1">:$cluster);
  let assemblyFormat = [{
    `<` `threads` `=` $threads `,` `shared` `=` $shared `,` `tiles` `=` $tiles `,`
        `block_n` `=` $blockN `,` `block_m` `=` $blockM `,` `split` `=` $split
        `` custom<LaunchOptions>($blocks, $units, $cluster) `` `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Name under which a kernel carries this attribute, from the tile form to the nvvm form.
    static constexpr ::llvm::StringLiteral getName() { return "humming_tile.launch"; }
    /// The same with other threads, or other shared memory.
    LaunchAttr withThreads(int64_t threads) const;
    LaunchAttr withShared(int64_t shared) const;
  }];
}

class HummingTile_Type<string name, string typeMnemonic>
    : TypeDef<HummingTile_Dialect, name> {
  let mnemonic = typeMnemonic;
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def HummingTile_FragType : HummingTile_Type<"Frag", "frag"> {
  let summary = "a tile held in the registers of the whole block";
  let description = [{
    `!humming_tile.frag<64x16xf32, #layout>`. The layout is absent until
    humming-tile-assign-layouts.
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$cols, "::mlir::Type":$elementType,
                        OptionalParameter<"::humming::tile::LayoutAttr">:$layout);
}

def HummingTile_SmemType : HummingTile_Type<"Smem", "smem"> {
  let summary = "stages of a tile in shared memory";
  let description = [{
    `!humming_tile.smem<4x64x64xf16, #layout>`: stages x rows x columns.
  }];
  let parameters = (ins "int64_t":$stages, "int64_t":$rows, "int64_t":$cols, "::mlir::Type":$elementType,
                        OptionalParameter<"::humming::tile::LayoutAttr">:$layout);
  let extraClassDeclaration = [{
    /// Bytes of one stage and of all of them.
    int64_t getStageBytes() const;
    int64_t getBytes() const { return getStages() * getStageBytes(); }
  }];
}

#endif // HUMMING_DIALECT_HUMMINGTILE_IR_HUMMINGTILEBASE_TD
