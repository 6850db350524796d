//===- Arch.td - Facts about GPU architectures -------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sources: CUDA C++ Programming Guide, "Technical Specifications per Compute
// Capability" (maximum shared memory per thread block); PTX ISA, "Release
// Notes" (lowest version of a target), cp.async and mma (features).
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TARGET_ARCH
#define HUMMING_TARGET_ARCH

class Arch<int smNumber, int ptx, int sharedKB, int sms> {
  int sm = smNumber;
  int ptxVersion = ptx;          // 63 is 6.3
  int maxSharedKB = sharedKB;    // per block, opted in
  int smCount = sms;             // of the GPU named beside the record
  bit hasCpAsync = !ge(smNumber, 80);  // PTX ISA, cp.async: "requires sm_80 or higher"
  bit hasDependentLaunch = !ge(smNumber, 90);  // the same of griddepcontrol and cp.async.bulk.prefetch
}

def sm_75  : Arch<75, 63, 64, 40>;     // T4
def sm_80  : Arch<80, 70, 163, 108>;   // A100
def sm_86  : Arch<86, 71, 99, 84>;     // A40
def sm_87  : Arch<87, 74, 163, 16>;    // Jetson AGX Orin
def sm_89  : Arch<89, 78, 99, 142>;    // L40S
def sm_90  : Arch<90, 78, 227, 132>;   // H100 SXM
def sm_100 : Arch<100, 86, 227, 148>;  // B200
def sm_103 : Arch<103, 88, 227, 148>;  // B300
def sm_110 : Arch<110, 90, 227, 20>;   // Jetson AGX Thor
def sm_120 : Arch<120, 87, 99, 170>;   // GeForce RTX 5090
def sm_121 : Arch<121, 88, 99, 48>;    // DGX Spark

#endif // HUMMING_TARGET_ARCH
