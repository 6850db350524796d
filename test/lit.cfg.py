# The lit suites: programs come from this build's bin/ and LLVM's (FileCheck, not), and nowhere else.
# Features: ptxas (an assembler for PTX is there).
import os

import lit.formats

config.name = "Humming"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Conformance", "Docs", "Inputs", "Python", "Unit"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.humming_build_root, "test")

path = [os.path.join(config.humming_build_root, "bin"), config.llvm_tools_dir, os.environ["PATH"]]
config.environment["PATH"] = os.pathsep.join(path)
config.environment["PYTHONPATH"] = os.path.join(config.humming_source_root, "python")
config.substitutions.append(("%{python}", config.python))
config.substitutions.append(("%{source}", config.humming_source_root))

if config.ptxas and not config.ptxas.endswith("-NOTFOUND"):
    config.available_features.add("ptxas")
    config.substitutions.append(("%{ptxas}", config.ptxas))
