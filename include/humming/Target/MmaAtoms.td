//===- MmaAtoms.td - The table of MMA instructions ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One record per shape and types. Sources: PTX ISA, "Warp Level Matrix
// Multiply-Accumulate Instructions": the fragment figures of mma.m16n8k8 and
// mma.m16n8k16 for .f16/.bf16, and the target notes of mma. Adding a record is
// all that a new shape of this kind takes.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_MMAATOMS
#define HUMMING_TARGET_MMAATOMS

// An element type: its enumerator in humming::ScalarKind.
class Scalar<string enumerator> {
  string kind = enumerator;
}
def F16 : Scalar<"F16">;
def BF16 : Scalar<"BF16">;
def F32 : Scalar<"F32">;

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
  string intrinsic;
  Fragment fragA;
  Fragment fragB;
  Fragment fragC;
}

// Accumulators of every 16 x 8 atom: lane = (row % 8) * 4 + token / 2;
// registers run over the row's half, then over two neighbouring tokens.
def Acc16x8 : Fragment<[2, 8], [4, 2], [1, 2], [0, 3]>;

// A: lane = (row % 8) * 4 + (k / 2) % 4; registers: k half, row half, k parity.
def A16x16 : Fragment<[2, 8], [2, 4, 2], [1, 3], [2, 0, 4]>;
def B8x16 : Fragment<[8], [2, 4, 2], [0, 2], [1, 3]>;

// As the k16 fragments without the k half.
def A16x8 : Fragment<[2, 8], [4, 2], [1, 2], [0, 3]>;
def B8x8 : Fragment<[8], [4, 2], [0, 1], [2]>;

class M16N8K16 : MmaAtom<"m16n8k16", 16, 8, 16> {
  let fragA = A16x16;
  let fragB = B8x16;
  let fragC = Acc16x8;
}

class M16N8K8 : MmaAtom<"m16n8k8", 16, 8, 8> {
  let fragA = A16x8;
  let fragB = B8x8;
  let fragC = Acc16x8;
}

def : M16N8K8 {
  let a = F16; let b = F16; let acc = F32;
  let minSm = 75; let minPtx = 65;
  let intrinsic = "llvm.nvvm.mma.m16n8k8.row.col.f32.f32";
}

def : M16N8K16 {
  let a = F16; let b = F16; let acc = F32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k16.row.col.f32.f32";
}

def : M16N8K16 {
  let a = BF16; let b = BF16; let acc = F32;
  let minSm = 80; let minPtx = 70;
  let intrinsic = "llvm.nvvm.mma.m16n8k16.row.col.bf16";
}

#endif // HUMMING_TARGET_MMAATOMS
