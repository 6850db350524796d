//===- Arch.td - Facts about GPU architectures -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sources: CUDA C++ Programming Guide, "Technical Specifications per Compute
// Capability" (maximum shared memory per thread block); PTX ISA, "Release
// Notes" (lowest version of a target), cp.async and mma (features); NVIDIA's
// data sheets (multiprocessors, boost clock, memory bandwidth, dense f16
// products with sums in f32) of each GPU.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_ARCH
#define HUMMING_TARGET_ARCH

class Arch<int smNumber, int ptx, int sharedKB> {
  int sm = smNumber;
  int ptxVersion = ptx;          // 63 is 6.3
  int maxSharedKB = sharedKB;    // per block, opted in
  bit hasCpAsync = !ge(smNumber, 80);  // PTX ISA, cp.async: "requires sm_80 or higher"
  bit hasDependentLaunch = !ge(smNumber, 90);  // the same of griddepcontrol and cp.async.bulk.prefetch
  bit hasClusters = !ge(smNumber, 90);  // the same of barrier.cluster and mapa
  bit hasStMatrix = !ge(smNumber, 90);  // the same of stmatrix
}

def sm_75  : Arch<75, 63, 64>;
def sm_80  : Arch<80, 70, 163>;
def sm_86  : Arch<86, 71, 99>;
def sm_87  : Arch<87, 74, 163>;
def sm_89  : Arch<89, 78, 99>;
def sm_90  : Arch<90, 78, 227>;
def sm_100 : Arch<100, 86, 227>;
def sm_103 : Arch<103, 88, 227>;
def sm_110 : Arch<110, 90, 227>;
def sm_120 : Arch<120, 87, 99>;
def sm_121 : Arch<121, 88, 99>;

// A GPU by the words in the name that its driver gives it. The first of an
// architecture is what a schedule is chosen for where none is named; where
// several names are in a driver's, the longest counts.
class Gpu<string words, Arch architecture, int sms, int mhz, int gbps, int rate> {
  string name = words;
  Arch arch = architecture;
  int multiprocessors = sms;
  int megahertz = mhz;
  int gigabytes = gbps;          // 10^9 bytes a second
  int fmas = rate;               // f16 multiply-adds of a multiprocessor in a cycle
}

def : Gpu<"T4", sm_75, 40, 1590, 320, 512>;
def : Gpu<"A100", sm_80, 108, 1410, 2039, 1024>;
def : Gpu<"A100 SXM4 40GB", sm_80, 108, 1410, 1555, 1024>;
def : Gpu<"A100 PCIE 40GB", sm_80, 108, 1410, 1555, 1024>;
def : Gpu<"A40", sm_86, 84, 1740, 696, 512>;
def : Gpu<"A10", sm_86, 72, 1695, 600, 512>;
def : Gpu<"RTX 3090", sm_86, 82, 1695, 936, 256>;
def : Gpu<"Orin", sm_87, 16, 1300, 205, 1024>;
def : Gpu<"L40S", sm_89, 142, 2520, 864, 512>;
def : Gpu<"L4", sm_89, 58, 2040, 300, 512>;
def : Gpu<"RTX 4090", sm_89, 128, 2520, 1008, 256>;
def : Gpu<"H100", sm_90, 132, 1830, 3350, 2048>;
def : Gpu<"H100 PCIe", sm_90, 114, 1620, 2039, 2048>;
def : Gpu<"H200", sm_90, 132, 1830, 4800, 2048>;
def : Gpu<"H20", sm_90, 78, 1830, 4000, 512>;
def : Gpu<"B200", sm_100, 148, 1850, 8000, 4096>;
def : Gpu<"B300", sm_103, 148, 1850, 8000, 4096>;
def : Gpu<"Thor", sm_110, 20, 1575, 273, 4096>;
def : Gpu<"RTX 5090", sm_120, 170, 2407, 1792, 256>;
def : Gpu<"GB10", sm_121, 48, 2418, 273, 512>;

#endif // HUMMING_TARGET_ARCH
