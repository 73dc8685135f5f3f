# lit's settings for the tests of the passes: each .ll says in its RUN lines how opt or clang is called, and FileCheck compares.
import os
import lit.formats

config.name = "passes"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".ll", ".c"]
config.excludes = ['unit'] # C programs of their own
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(lit_config.params["build"], "tests", "passes")
plugin = os.path.join(lit_config.params["build"], "libApproxPasses.so")
tools = lit_config.params["tools"]
config.environment["PATH"] = tools + os.pathsep + config.environment.get("PATH", "")
config.substitutions += [
    ("%opt", f"opt -load-pass-plugin={plugin} -S"),
    ("%words", f"-load-pass-plugin={plugin} -load={plugin}"),
    ("%clang", f"clang -fpass-plugin={plugin} -Xclang -load -Xclang {plugin}"),
    ("%plugin", plugin),
]
