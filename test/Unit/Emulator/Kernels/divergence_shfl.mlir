// All lanes of the mask execute a shuffle together.
gpu.module @kernels {
  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %one = llvm.mlir.constant(1 : i32) : i32
    %clamp = llvm.mlir.constant(31 : i32) : i32
    llvm.cond_br %some, ^then, ^join
  ^then:
    llvm.br ^join
  ^join:
    %x = nvvm.shfl.sync bfly %all, %tid, %one, %clamp : i32 -> i32
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %c16 = llvm.mlir.constant(16 : i32) : i32
    %some = llvm.icmp "ult" %tid, %c16 : i32
    %all = llvm.mlir.constant(-1 : i32) : i32
    %one = llvm.mlir.constant(1 : i32) : i32
    %clamp = llvm.mlir.constant(31 : i32) : i32
    llvm.cond_br %some, ^then, ^join
  ^then:
    %x = nvvm.shfl.sync bfly %all, %tid, %one, %clamp : i32 -> i32
    llvm.br ^join
  ^join:
    llvm.return
  }
}
