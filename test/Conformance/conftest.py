# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The conformance suite: one set of cases, run by the emulator or by a GPU (--device).

A `problem` is one of 4-bit weights beside 16-bit activations, without M: its kernels are compiled once and launched for
every M. A `point` is one of the whole support matrix.
"""

import functools

import humming_mlir as humming
import matrix
import pytest
from w4a16 import problems


def pytest_addoption(parser):
    parser.addoption("--device", choices=["emulator", "gpu"], default="emulator", help="what runs the kernels")
    parser.addoption("--arch", action="append", help="only this architecture; may be repeated")
    parser.addoption("--activation", choices=list(matrix.ROWS), help="only activations of this type")
    parser.addoption("--full", action="store_true", help="the whole matrix with pairs for every code: hours")
    parser.addoption("--part", default="0/1", metavar="I/N", help="of the matrix every Nth problem, from the Ith on")


@functools.cache
def open_device(kind):
    try:
        return humming.Device.emulator() if kind == "emulator" else humming.Device.cuda()
    except humming.HummingError as error:
        pytest.exit(f"--device={kind}: {error}", returncode=2)


def architectures(config):
    """The two of the 4-bit matrix, and on a GPU its own as well."""
    if config.getoption("--arch"):
        return config.getoption("--arch")
    own = [] if config.getoption("--device") == "emulator" else [humming.Jit(open_device("gpu")).arch]
    return list(dict.fromkeys(["sm_75", "sm_80", *own]))


def generations(config):
    """One architecture for each set of instructions; on a GPU those that it can run."""
    if config.getoption("--arch"):
        return config.getoption("--arch")
    most = 1000 if config.getoption("--device") == "emulator" else open_device("gpu").sm
    return [arch for arch in matrix.GENERATIONS if matrix.number(arch) <= most]


def points(config):
    chosen = [config.getoption("--activation")] if config.getoption("--activation") else list(matrix.ROWS)
    found = [point for activation in chosen
             for point in matrix.problems(activation, tuple(generations(config)), config.getoption("--full"))]
    first, parts = map(int, config.getoption("--part").split("/"))
    return found[first::parts]


def pytest_sessionstart(session):
    open_device(session.config.getoption("--device"))


def pytest_generate_tests(metafunc):
    if "problem" in metafunc.fixturenames:
        chosen = problems(architectures(metafunc.config), metafunc.config.getoption("--activation"))
        metafunc.parametrize("problem", chosen, ids=str, scope="module")
    if "point" in metafunc.fixturenames:
        metafunc.parametrize("point", points(metafunc.config), ids=str)


def pytest_report_header(config):
    device = open_device(config.getoption("--device"))
    return f"device: {device.name}, architectures: {', '.join(generations(config))}"


@pytest.fixture(scope="session")
def device(pytestconfig):
    return open_device(pytestconfig.getoption("--device"))


@pytest.fixture(scope="module")
def gemm(device, problem):
    """The problem's kernels for every M of the matrix, compiled and loaded."""
    prepared = humming.Jit(device, problem.arch).add(problem.describe())
    prepared.prepare(max(problem.tokens))
    return prepared
