//===- Device.h - The emulator as a device of the runtime -------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The emulator behind the runtime's table of functions, so that whatever runs
// on a GPU through humming_rt.h runs on the host unchanged.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_EMULATOR_DEVICE_H
#define HUMMING_EMULATOR_DEVICE_H

#include "humming-rt/humming_rt.h"
#include "humming/Emulator/Emulator.h"

namespace humming::emulator {

/// Opens an emulated device. It loads HRT_IMAGE_NVVM images (MLIR text or
/// bytecode of a module that holds one gpu.module in nvvm form), runs each
/// launch to its end inside hrtLaunch, and reports a hazard as HRT_FAULT with
/// the hazard's message. Calls from several threads are serialized. A launch
/// allocates host memory while it runs, which a GPU's does not. The caller owns
/// the result: hrtClose ends it. Never null.
hrtDevice *openDevice(const Options &options = {});

/// Counters of the last launch on a device that openDevice returned.
Counters getLastCounters(hrtDevice *device);

} // namespace humming::emulator

#endif // HUMMING_EMULATOR_DEVICE_H
