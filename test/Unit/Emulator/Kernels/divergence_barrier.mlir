// All lanes of a warp meet a barrier together.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    llvm.cond_br %some, ^then, ^join
  ^then:
    llvm.br ^join
  ^join:
    nvvm.barrier0
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    llvm.cond_br %some, ^then, ^join
  ^then:
    nvvm.barrier0
    llvm.br ^join
  ^join:
    llvm.return
  }
}
