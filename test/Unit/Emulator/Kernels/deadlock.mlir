// Every warp of the block arrives at a barrier.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    nvvm.barrier0
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c32 = llvm.mlir.constant(32 : i32) : i32
    %others = llvm.icmp "uge" %tid, %c32 : i32
    llvm.cond_br %others, ^meet, ^end
  ^meet:
    nvvm.barrier0
    llvm.br ^end
  ^end:
    llvm.return
  }
}
