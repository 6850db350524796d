// Nothing divides by zero.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %divisor = llvm.add %tid, %c1 : i32
    %quotient = llvm.udiv %n, %divisor : i32
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %quotient = llvm.udiv %n, %tid : i32
    llvm.return
  }
}
