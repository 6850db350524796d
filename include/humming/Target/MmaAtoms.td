//===- MmaAtoms.td - The table of MMA instructions ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One record per shape and types. Sources: PTX ISA, "Warp Level Matrix
// Multiply-Accumulate Instructions": the fragment figures of each shape of mma,
// its target notes, and "Block Scaling for mma.sync". Adding a record is all
// that a new shape of this kind takes.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_MMAATOMS
#define HUMMING_TARGET_MMAATOMS

// An element type: its enumerator in humming::ScalarKind and its width.
class Scalar<string enumerator, int size> {
  string kind = enumerator;
  int width = size;
}
def F16 : Scalar<"F16", 16>;
def BF16 : Scalar<"BF16", 16>;
def F32 : Scalar<"F32", 32>;
def E4M3 : Scalar<"E4M3", 8>;
def E5M2 : Scalar<"E5M2", 8>;
def E2M1 : Scalar<"E2M1", 4>;
def UE8M0 : Scalar<"UE8M0", 8>;
def I8 : Scalar<"I8", 8>;
def I4 : Scalar<"I4", 4>;
def I32 : Scalar<"I32", 32>;

// Who holds which element; see humming::Fragment. Checked when generated: modes
// cover the shape, each is used once, and the thread modes make 32 lanes.
class Fragment<list<int> rows, list<int> cols, list<int> lanes, list<int> regs> {
  list<int> rowModes = rows;
  list<int> colModes = cols;
  list<int> thread = lanes;
  list<int> reg = regs;
}

class MmaAtom<string shape, int m, int n, int depth> {
  string name = shape;
  int rows = m;
  int tokens = n;
  int k = depth;
  Scalar a;
  Scalar b;
  Scalar acc;
  int minSm;
  int minPtx;
  // Only the family of minSm has it ("f"), or only minSm itself ("a"): its PTX
  // target is then spelled "sm_120f", "sm_90a".
  string suffix = "";
  string intrinsic;
  Fragment fragA;
  Fragment fragB;
  Fragment fragC;
  // The atom is issued as issueRows x issueK instructions. They share out the
  // registers in order: those of A by k, then by rows; of B by k; of C by rows.
  int issueRows = 1;
  int issueK = 1;
  // Instructions that scale blocks: how many neighbouring k share a scale (0: no
  // scales), and its type.
  int scaleGroup = 0;
  Scalar scale = ?;
  // One of four warps, a warpgroup, whose tokens are in shared memory, any
  // multiple of the atom's. "intrinsic" is then the PTX instruction, {n} the
  // number of tokens, and behind the blank what follows the operands.
  bit isWarpgroup = 0;
}

// Accumulators of every 16 x 8 atom: lane = (row % 8) * 4 + token / 2;
// registers run over the row's half, then over two neighbouring tokens.
def Acc16x8 : Fragment<[2, 8], [4, 2], [1, 2], [0, 3]>;

// Operands: lane = (row % 8) * 4 + (k / e) % 4, where e elements fill a
// register; registers: k half, row half, the e neighbours of k.
class AHalves<int e> : Fragment<[2, 8], [2, 4, e], [1, 3], [2, 0, 4]>;
class BHalves<int e> : Fragment<[8], [2, 4, e], [0, 2], [1, 3]>;
def A16x16 : AHalves<2>;
def B8x16 : BHalves<2>;
def A16x32 : AHalves<4>;
def B8x32 : BHalves<4>;
def A16x64 : AHalves<8>;
def B8x64 : BHalves<8>;

// As the k16 fragments without the k half.
def A16x8 : Fragment<[2, 8], [4, 2], [1, 2], [0, 3]>;
def B8x8 : Fragment<[8], [4, 2], [0, 1], [2]>;

class Atom16x8<string shape, int depth, Fragment left, Fragment right>
    : MmaAtom<shape, 16, 8, depth> {
  let fragA = left;
  let fragB = right;
  let fragC = Acc16x8;
}
class M16N8K8 : Atom16x8<"m16n8k8", 8, A16x8, B8x8>;
class M16N8K16 : Atom16x8<"m16n8k16", 16, A16x16, B8x16>;
class M16N8K32 : Atom16x8<"m16n8k32", 32, A16x32, B8x32>;
class M16N8K64 : Atom16x8<"m16n8k64", 64, A16x64, B8x64>;

// Instructions of 8 x 8, four of them for a whole atom of 16 x 8: a lane holds
// the same positions as in the instructions of 16 rows.
class M8N8K16 : Atom16x8<"m8n8k16", 32, A16x32, B8x32> {
  let issueRows = 2;
  let issueK = 2;
}
class M8N8K32 : Atom16x8<"m8n8k32", 64, A16x64, B8x64> {
  let issueRows = 2;
  let issueK = 2;
}

//===----------------------------------------------------------------------===//
// 16-bit operands
//===----------------------------------------------------------------------===//

def : M16N8K8 {
  let a = F16; let b = F16; let acc = F32;
  let minSm = 75; let minPtx = 65;
  let intrinsic = "llvm.nvvm.mma.m16n8k8.row.col.f32.f32";
}

def : M16N8K8 {
  let a = F16; let b = F16; let acc = F16;
  let minSm = 75; let minPtx = 65;
  let intrinsic = "llvm.nvvm.mma.m16n8k8.row.col.f16.f16";
}

def : M16N8K16 {
  let a = F16; let b = F16; let acc = F32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k16.row.col.f32.f32";
}

def : M16N8K16 {
  let a = F16; let b = F16; let acc = F16;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k16.row.col.f16.f16";
}

def : M16N8K16 {
  let a = BF16; let b = BF16; let acc = F32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k16.row.col.bf16";
}

//===----------------------------------------------------------------------===//
// 8-bit operands
//===----------------------------------------------------------------------===//

def : M8N8K16 {
  let a = I8; let b = I8; let acc = I32;
  let minSm = 75; let minPtx = 65;
  let intrinsic = "llvm.nvvm.mma.m8n8k16.row.col.s8";
}

def : M16N8K32 {
  let a = I8; let b = I8; let acc = I32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k32.row.col.s8";
}

def : M16N8K32 {
  let a = E4M3; let b = E4M3; let acc = F32;
  let minSm = 89; let minPtx = 84;
  let intrinsic = "llvm.nvvm.mma.m16n8k32.row.col.f32.e4m3.e4m3.f32";
}

def : M16N8K32 {
  let a = E5M2; let b = E5M2; let acc = F32;
  let minSm = 89; let minPtx = 84;
  let intrinsic = "llvm.nvvm.mma.m16n8k32.row.col.f32.e5m2.e5m2.f32";
}

//===----------------------------------------------------------------------===//
// 4-bit operands
//===----------------------------------------------------------------------===//

def : M8N8K32 {
  let a = I4; let b = I4; let acc = I32;
  let minSm = 75; let minPtx = 65;
  let intrinsic = "llvm.nvvm.mma.m8n8k32.row.col.s4";
}

def : M16N8K64 {
  let a = I4; let b = I4; let acc = I32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k64.row.col.s4";
}

// Used without scales, these multiply by one.
class BlockScaled : M16N8K64 {
  let a = E2M1; let b = E2M1; let acc = F32;
  let minSm = 120; let minPtx = 88;
  let suffix = "f";
}

def : BlockScaled {
  let scaleGroup = 32; let scale = UE8M0;
  let intrinsic = "llvm.nvvm.mma.block.scale.m16n8k64.row.col.mxf4.scale.2x."
                  "f32.e2m1.e2m1.f32.ue8m0";
}

def : BlockScaled {
  let scaleGroup = 16; let scale = E4M3;
  let intrinsic = "llvm.nvvm.mma.block.scale.m16n8k64.row.col.mxf4nvf4."
                  "scale.4x.f32.e2m1.e2m1.f32.ue4m3";
}

//===----------------------------------------------------------------------===//
// Warpgroups
//===----------------------------------------------------------------------===//

// PTX ISA, "Asynchronous Warpgroup Level Matrix Multiply-Accumulate
// Instructions", wgmma.mma_async with A in registers: warp i of the four has
// rows 16 i to 16 i + 15, at the positions of mma.
class Warpgroup : MmaAtom<"", 16, 8, 0> {
  let minSm = 90; let minPtx = 80;
  let suffix = "a";
  let isWarpgroup = 1;
  let fragC = Acc16x8;
}

class M64K16 : Warpgroup {
  let name = "m64k16";
  let k = 16;
  let fragA = A16x16;
  let fragB = B8x16;
}

class M64K32 : Warpgroup {
  let name = "m64k32";
  let k = 32;
  let fragA = A16x32;
  let fragB = B8x32;
}

def : M64K16 {
  let a = F16; let b = F16; let acc = F32;
  let intrinsic = "wgmma.mma_async.sync.aligned.m64n{n}k16.f32.f16.f16 , 1, 1, 0";
}

def : M64K16 {
  let a = BF16; let b = BF16; let acc = F32;
  let intrinsic = "wgmma.mma_async.sync.aligned.m64n{n}k16.f32.bf16.bf16 , 1, 1, 0";
}

def : M64K32 {
  let a = E4M3; let b = E4M3; let acc = F32;
  let intrinsic = "wgmma.mma_async.sync.aligned.m64n{n}k32.f32.e4m3.e4m3 , 1, 1";
}

def : M64K32 {
  let a = E5M2; let b = E5M2; let acc = F32;
  let intrinsic = "wgmma.mma_async.sync.aligned.m64n{n}k32.f32.e5m2.e5m2 , 1, 1";
}

def : M64K32 {
  let a = I8; let b = I8; let acc = I32;
  let intrinsic = "wgmma.mma_async.sync.aligned.m64n{n}k32.s32.s8.s8 ";
}

#endif // HUMMING_TARGET_MMAATOMS
